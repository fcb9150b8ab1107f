import type { FastifyInstance } from 'fastify'
import type { IssuerLogin, LoginIdentity } from '../../application/portal-session.ts'
import { returnPathFrom } from '../../application/return-path.ts'
import type { SessionStore } from '../../application/session-store.ts'
import { problem } from './problem.ts'
import { isEncrypted, type Visitors } from './visitors.ts'

const loginCookie = 'samresa_login'
const loginSeconds = 600

export interface PendingLogin<Transaction> {
  transaction: Transaction
  returnTo: string
}

interface AuthRoutes<Tokens extends LoginIdentity, Transaction> {
  login: IssuerLogin<Tokens, Transaction>
  visitors: Visitors<Tokens>
  sessions: SessionStore<Tokens>
  pending: SessionStore<PendingLogin<Transaction>>
  publicUrl(): string
}

/** `/auth/login`, `/auth/callback`, `/auth/logout`, `/auth/backchannel` and `/me`. */
export function authRoutes<Tokens extends LoginIdentity, Transaction>(
  app: FastifyInstance,
  { login, visitors, sessions, pending, publicUrl }: AuthRoutes<Tokens, Transaction>,
): void {
  const cookie = () => ({ path: '/auth', httpOnly: true, sameSite: 'lax', maxAge: loginSeconds, secure: isEncrypted(publicUrl()) }) as const

  app.get<{ Querystring: { to?: string } }>('/auth/login', async (request, reply) => {
    const { url, transaction } = await login.loginUrl()
    const id = pending.add({ transaction, returnTo: returnPathFrom(request.query.to) })
    return reply.header('cache-control', 'no-store').setCookie(loginCookie, id, cookie()).redirect(url, 302)
  })

  app.get('/auth/callback', async (request, reply) => {
    const id = request.cookies[loginCookie]
    const begun = pending.find(id)
    pending.drop(id)
    reply.header('cache-control', 'no-store').clearCookie(loginCookie, { path: '/auth' })
    // Nothing was begun in this browser, or it was too long ago: begin again instead of showing an error.
    if (begun === undefined) return reply.redirect('/', 302)
    const tokens = await login.callback(new URL(request.url, publicUrl()).href, begun.transaction)
    visitors.admit(tokens, reply)
    return reply.redirect(begun.returnTo, 302)
  })

  app.post('/auth/logout', async (request, reply) => {
    const tokens = visitors.dismiss(request, reply)
    return reply.header('cache-control', 'no-store').redirect(tokens === undefined ? '/' : await login.logoutUrl(tokens), 303)
  })

  app.post<{ Body: { logout_token?: string } | undefined }>('/auth/backchannel', async (request, reply) => {
    const { sid, sub } = await login.backchannel(request.body?.logout_token ?? '')
    sessions.dropWhere((tokens) => (sid === undefined ? sub !== undefined && tokens.subject === sub : tokens.sid === sid))
    return reply.code(200).header('cache-control', 'no-store').send()
  })

  app.get('/me', async (request, reply) => {
    const visitor = await visitors.find(request)
    if (visitor === undefined) return problem(reply, 401, 'SESSION_ENDED', 'Log in again.')
    return reply.header('cache-control', 'no-store').send(visitor.signedIn)
  })
}
