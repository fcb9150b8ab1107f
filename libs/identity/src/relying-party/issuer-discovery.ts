import * as oidc from 'openid-client'
import { identityUnavailable } from '../refusals.ts'

const timeoutSeconds = 5

/** The issuer's own description of itself, fetched when first needed and again after each failure: the portal may start before the issuer. */
export function createIssuerDiscovery({ issuer, clientId, clientSecret }: { issuer: string; clientId: string; clientSecret: string }) {
  const address = new URL(issuer)
  // Plain HTTP is for the embedded issuer on this machine; anywhere else the library insists on TLS.
  const plain = address.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(address.hostname)
  let known: Promise<oidc.Configuration> | undefined

  const discover = () =>
    oidc.discovery(
      address,
      clientId,
      { client_secret: clientSecret, id_token_signed_response_alg: 'RS256' },
      oidc.ClientSecretBasic(clientSecret),
      { timeout: timeoutSeconds, ...(plain && { execute: [oidc.allowInsecureRequests] }) },
    )

  /** Rejects RejectionError `unavailable` while the issuer cannot be reached. */
  return (): Promise<oidc.Configuration> => {
    known ??= discover().catch((error: unknown) => {
      known = undefined
      throw identityUnavailable(String(error))
    })
    return known
  }
}
