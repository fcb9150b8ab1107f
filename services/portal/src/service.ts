import { fileURLToPath } from 'node:url'
import type { Health } from '@samresa/http'
import { createRelyingParty, type RelyingParty } from '@samresa/identity'
import type { Logger } from '@samresa/telemetry'
import { createPortalApp } from './inbound/http/portal-app.ts'

export interface PortalServiceOptions {
  issuer: string
  clientId: string
  clientSecret: string
  /** Where each service answers, by name; read at each request. */
  services: Readonly<Record<string, string>>
  host: string
  /** 0: any free one. */
  port: number
  logger: Logger
  /** The address that browsers use, when it is another than host and port. */
  publicUrl?: string
  /** The issuer as this process reaches it, when that is another address than the public one. */
  insideUrl?: string
  /** How the process is, for whoever runs it. */
  health?: Health
}

export interface PortalService {
  url: string
  close(): Promise<void>
}

const builtPages = fileURLToPath(new URL('../dist', import.meta.url))

/** The web application and its session. Rejects when the port is taken or the pages are not built. */
export async function createPortalService({
  issuer,
  clientId,
  clientSecret,
  services,
  host,
  port,
  logger,
  publicUrl,
  insideUrl,
  health,
}: PortalServiceOptions): Promise<PortalService> {
  let url = publicUrl ?? ''
  let relyingParty: RelyingParty | undefined
  const party = () => {
    relyingParty ??= createRelyingParty({
      issuer,
      ...(insideUrl !== undefined && { insideUrl }),
      clientId,
      clientSecret,
      redirectUri: `${url}/auth/callback`,
      postLogoutUri: `${url}/`,
    })
    return relyingParty
  }
  const app = await createPortalApp({
    login: {
      loginUrl: () => party().loginUrl(),
      callback: (at, transaction) => party().callback(at, transaction),
      accessToken: (session) => party().accessToken(session),
      logoutUrl: (session) => party().logoutUrl(session),
      backchannel: (token) => party().backchannel(token),
    },
    issuerOrigin: new URL(issuer).origin,
    services,
    assets: builtPages,
    logger,
    publicUrl: () => url,
    ...(health && { health }),
  })
  const listening = await app.listen({ host, port })
  if (url === '') url = listening
  return { url, close: () => app.close() }
}
