import fastifyCookie from '@fastify/cookie'
import type { Health } from '@samresa/http'
import { RejectionError } from '@samresa/kernel'
import type { Logger } from '@samresa/telemetry'
import { type FastifyInstance, fastify } from 'fastify'
import type { IssuerLogin, LoginIdentity } from '../../application/portal-session.ts'
import { createSessionStore } from '../../application/session-store.ts'
import { apiProxyRoutes } from './api-proxy.routes.ts'
import { authRoutes, type PendingLogin } from './auth.routes.ts'
import { pageRoutes } from './page.routes.ts'
import { problem } from './problem.ts'
import { securityHeaders } from './security-headers.ts'
import { createVisitors } from './visitors.ts'

export interface PortalApp<Tokens, Transaction> {
  login: IssuerLogin<Tokens, Transaction>
  issuerOrigin: string
  services: Readonly<Record<string, string>>
  assets: string
  logger: Logger
  /** The portal's own origin; asked when the first visitor comes. */
  publicUrl(): string
  health?: Health
}

const hour = 3_600_000
const statusOf: Partial<Record<string, number>> = { unauthenticated: 401, invalid: 400, unavailable: 503 }

/** Everything that browsers reach, ready to listen. */
export async function createPortalApp<Tokens extends LoginIdentity, Transaction>({
  login,
  issuerOrigin,
  services,
  assets,
  logger,
  publicUrl,
  health = { live: () => true, ready: () => ({}) },
}: PortalApp<Tokens, Transaction>): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: 64 * 1024, forceCloseConnections: true })
  const sessions = createSessionStore<Tokens>({ most: 5_000, idleMilliseconds: 8 * hour })
  const pending = createSessionStore<PendingLogin<Transaction>>({ most: 2_000, idleMilliseconds: hour / 6 })
  const visitors = createVisitors(sessions, login, publicUrl)

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error instanceof RejectionError ? (statusOf[error.rejection.kind] ?? 400) : (error.statusCode ?? 500)
    if (status >= 500) logger.error({ err: error }, 'a page request failed')
    const code = error instanceof RejectionError ? error.rejection.code : status < 500 ? 'INVALID_REQUEST' : 'INTERNAL'
    if (status === 503) reply.header('retry-after', '2')
    return problem(
      reply,
      status,
      code,
      status < 500 ? 'The request could not be read.' : 'It did not work this time. Try again in a moment.',
    )
  })
  securityHeaders(app, issuerOrigin)
  await app.register(fastifyCookie)
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 16 * 1024 }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(body as string))),
  )
  authRoutes(app, { login, visitors, sessions, pending, publicUrl })
  await app.register(apiProxyRoutes({ visitors, services }))
  await pageRoutes(app, { visitors, assets, health })
  return app
}
