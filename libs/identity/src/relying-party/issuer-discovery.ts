import * as oidc from 'openid-client'
import type { IssuerAddress } from '../issuer-address.ts'
import { identityUnavailable } from '../refusals.ts'

const timeoutSeconds = 5

const isPlain = (url: string) => new URL(url).protocol === 'http:'
const isOnThisMachine = (url: string) => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname)

/** Browsers send passwords and codes to the public name: without TLS only on this machine. */
function requireTls(issuer: string): void {
  if (isPlain(issuer) && !isOnThisMachine(issuer)) throw new Error('the issuer must be reached by HTTPS')
}

/**
 * The issuer's own description of itself, fetched when first needed and again after each failure: the portal may start before the issuer.
 * Whatever the description says, this process goes to the inside address.
 */
export function createIssuerDiscovery(
  { issuer, inside }: IssuerAddress,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
) {
  let known: Promise<oidc.Configuration> | undefined
  const fetchInside: oidc.CustomFetch = (url, options) =>
    fetch(url.startsWith(`${issuer}/`) ? inside + url.slice(issuer.length) : url, options as RequestInit)

  const discover = async () => {
    requireTls(issuer)
    return oidc.discovery(
      new URL(issuer),
      clientId,
      { client_secret: clientSecret, id_token_signed_response_alg: 'RS256' },
      oidc.ClientSecretBasic(clientSecret),
      {
        timeout: timeoutSeconds,
        [oidc.customFetch]: fetchInside,
        // Within the house whoever runs it decides: an inside address without TLS was given on purpose.
        ...((isPlain(issuer) || isPlain(inside)) && { execute: [oidc.allowInsecureRequests] }),
      },
    )
  }

  /** Rejects RejectionError `unavailable` while the issuer cannot be reached. */
  return (): Promise<oidc.Configuration> => {
    known ??= discover().catch((error: unknown) => {
      known = undefined
      throw identityUnavailable(String(error))
    })
    return known
  }
}
