import { type JWTPayload, jwtVerify } from 'jose'
import type { KeySource } from '../key-source.ts'
import { badToken } from '../refusals.ts'

/** Whose sessions end: those of this login (`sid`), or all of this user (`sub`). At least one is there. */
export interface EndedLogin {
  sid?: string
  sub?: string
}

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
const maxAgeSeconds = 300
const leewaySeconds = 30
const maxRemembered = 10_000

const isLogout = (claims: JWTPayload): boolean => {
  const events = claims['events'] as Record<string, unknown> | undefined
  return typeof events?.[logoutEvent] === 'object' && events[logoutEvent] !== null
}

/** Takes each logout token once. Tokens are remembered for as long as they would be taken. */
export function createLogoutTokenVerifier({ issuer, clientId, keys }: { issuer: string; clientId: string; keys: KeySource }) {
  const seenUntil = new Map<string, number>()

  const takeOnce = (jti: unknown): void => {
    if (typeof jti !== 'string') throw badToken('a logout token without a name')
    const now = Date.now()
    for (const [old, until] of seenUntil) if (until <= now || seenUntil.size >= maxRemembered) seenUntil.delete(old)
    if (seenUntil.has(jti)) throw badToken('a logout token for the second time')
    seenUntil.set(jti, now + (maxAgeSeconds + leewaySeconds) * 1000)
  }

  return async (token: string): Promise<EndedLogin> => {
    const { payload } = await jwtVerify(token, ({ kid }) => keys.get(kid ?? ''), {
      issuer,
      audience: clientId,
      algorithms: ['RS256'],
      typ: 'logout+jwt',
      maxTokenAge: maxAgeSeconds,
      clockTolerance: leewaySeconds,
    }).catch((error: unknown) => {
      throw error instanceof Error && error.name === 'RejectionError' ? error : badToken(String(error))
    })
    const { sid, sub } = payload
    if (!isLogout(payload) || payload['nonce'] !== undefined) throw badToken('not a logout token')
    if (typeof sid !== 'string' && typeof sub !== 'string') throw badToken('a logout token about nobody')
    takeOnce(payload.jti)
    return { ...(typeof sid === 'string' && { sid }), ...(typeof sub === 'string' && { sub }) }
  }
}
