import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Provider } from 'oidc-provider'
import { clientIds } from '../audiences.ts'
import { demoUserNamed } from './demo-users.ts'
import { readOrMakeIssuerSecrets } from './issuer-secrets.ts'
import { requireDemonstration } from './loopback.ts'
import { contentSecurityPolicy, loginPage, startAgainPage } from './pages.ts'
import { createProvider, importProviderLibrary } from './provider.ts'
import type { ParticipantOf } from './token-claims.ts'
import { createTokenMint, type TokenMint } from './token-minting.ts'
import { tokenRequestPath } from './token-request.ts'

export interface EmbeddedIssuerOptions {
  /** 0: any free one. A taken port rejects with EADDRINUSE. */
  port: number
  /** Loopback only. */
  host?: string
  /** The instance's data folder; keys and secrets are kept in its `identity/`. */
  dataDir: string
  /** The portal's origin: logins come back to its /auth/callback, logouts to /auth/backchannel. */
  portalUrl: string
  participantOf: ParticipantOf
  /** Told of faults inside the issuer and of back-channel calls that failed. */
  onError: (error: Error) => void
}

export interface EmbeddedIssuer {
  issuer: string
  jwksUrl: string
  portalClient: { id: string; secret: string }
  close(): Promise<void>
}

const mount = '/realms/samresa'
const loginPath = `${mount}/login-actions/authenticate`
const maxBodyBytes = 4096

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) {
    body += chunk
    if (body.length > maxBodyBytes) throw new Error('a request body that is too large')
  }
  return body
}

const sendPage = (response: ServerResponse, status: number, page: string) =>
  void response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(page)

const sendJson = (response: ServerResponse, status: number, body: unknown) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

async function login(provider: Provider, request: IncomingMessage, response: ServerResponse, portalUrl: string): Promise<void> {
  try {
    await provider.interactionDetails(request, response)
  } catch {
    return sendPage(response, 400, startAgainPage(portalUrl))
  }
  const accountId = request.method === 'POST' ? (new URLSearchParams(await bodyOf(request)).get('user') ?? '') : ''
  if (demoUserNamed(accountId) === undefined) return sendPage(response, 200, loginPage(request.url ?? loginPath))
  await provider.interactionFinished(request, response, { login: { accountId } }, { mergeWithLastSubmission: false })
}

async function mintToken(mint: TokenMint, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST' || !mint.admits(request.headers.authorization)) return sendJson(response, 401, {})
  let asked: Parameters<TokenMint['answer']>[0]
  try {
    asked = JSON.parse(await bodyOf(request)) ?? {}
  } catch {
    return sendJson(response, 400, {})
  }
  const { status, body } = await mint.answer(asked)
  sendJson(response, status, body)
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })

/**
 * Logins for the embedded engine set: an OpenID provider with the addresses and claims of a Keycloak realm, a page of demo users instead of
 * passwords. Rejects with NODE_ENV=production and for addresses beyond loopback.
 */
export async function startEmbeddedIssuer(options: EmbeddedIssuerOptions): Promise<EmbeddedIssuer> {
  const { port, host = '127.0.0.1', dataDir, portalUrl, participantOf, onError } = options
  requireDemonstration(host, portalUrl)
  const [secrets, library] = await Promise.all([readOrMakeIssuerSecrets(dataDir), importProviderLibrary()])
  const server = createServer()
  const taken = await listen(server, port, host)
  const authority = `${host.includes(':') ? `[${host}]` : host}:${taken}`
  const issuer = `http://${authority}${mount}`
  const provider = createProvider(library, { issuer, mount, portalUrl, secrets, participantOf })
  const mint = createTokenMint(issuer, secrets, participantOf)
  const serveProtocol = provider.callback()
  const policy = contentSecurityPolicy(portalUrl)
  for (const event of ['server_error', 'backchannel.error']) provider.on(event, (_context, error) => onError(error))

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = request.url ?? '/'
    // Another name for this address means a foreign page that had its own name pointed here.
    if (request.headers.host !== authority) return sendJson(response, 421, {})
    if (!url.startsWith(`${mount}/`)) return sendJson(response, 404, {})
    response.setHeader('content-security-policy', policy)
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('cache-control', 'no-store')
    const below = url.slice(mount.length)
    if (below === tokenRequestPath) return mintToken(mint, request, response)
    Object.assign(request, { originalUrl: url })
    if (url.startsWith(`${loginPath}?`)) return login(provider, request, response, portalUrl)
    request.url = below
    await serveProtocol(request, response)
  }

  server.on('request', (request, response) => {
    serve(request, response).catch((error: Error) => {
      onError(error)
      if (response.headersSent) response.destroy()
      else sendJson(response, 500, {})
    })
  })

  return {
    issuer,
    jwksUrl: `${issuer}/protocol/openid-connect/certs`,
    portalClient: { id: clientIds.portal, secret: secrets.clients[clientIds.portal] ?? '' },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
