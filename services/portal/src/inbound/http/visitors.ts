import { RejectionError, roles } from '@samresa/kernel'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type IssuerLogin, type SignedIn, signedInFrom } from '../../application/portal-session.ts'
import type { SessionStore } from '../../application/session-store.ts'

const sessionCookie = 'samresa_session'

/** A cookie is bound to encrypted connections when browsers reach the portal by one; on a person's own machine they do not. */
export const isEncrypted = (publicUrl: string): boolean => publicUrl.startsWith('https:')

/** A visitor with a living session. */
export interface Visitor<Tokens> {
  tokens: Tokens
  accessToken: string
  signedIn: SignedIn
}

export interface Visitors<Tokens> {
  /** The visitor behind a request, with a token that is good now; undefined when there is none any more. Rejects when the issuer cannot be reached. */
  find(request: FastifyRequest): Promise<Visitor<Tokens> | undefined>
  admit(tokens: Tokens, reply: FastifyReply): void
  dismiss(request: FastifyRequest, reply: FastifyReply): Tokens | undefined
}

export function createVisitors<Tokens>(
  sessions: SessionStore<Tokens>,
  login: Pick<IssuerLogin<Tokens, unknown>, 'accessToken'>,
  publicUrl: () => string,
): Visitors<Tokens> {
  const options = () => ({ path: '/', httpOnly: true, sameSite: 'lax', secure: isEncrypted(publicUrl()) }) as const
  return {
    async find(request) {
      const id = request.cookies[sessionCookie]
      const tokens = sessions.find(id)
      if (tokens === undefined) return undefined
      try {
        const accessToken = await login.accessToken(tokens)
        const signedIn = signedInFrom(accessToken, roles)
        return signedIn === undefined ? undefined : { tokens, accessToken, signedIn }
      } catch (error) {
        if (!(error instanceof RejectionError) || error.rejection.kind !== 'unauthenticated') throw error
        sessions.drop(id)
        return undefined
      }
    },
    admit: (tokens, reply) => {
      reply.setCookie(sessionCookie, sessions.add(tokens), options())
    },
    dismiss(request, reply) {
      const id = request.cookies[sessionCookie]
      const tokens = sessions.find(id)
      sessions.drop(id)
      reply.clearCookie(sessionCookie, options())
      return tokens
    },
  }
}
