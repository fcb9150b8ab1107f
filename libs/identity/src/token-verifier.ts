import type { Actor } from '@samresa/kernel'
import GrantManager from 'keycloak-connect/middleware/auth-utils/grant-manager.js'
import { actorFromClaims } from './actor-claims.ts'
import { isServiceClient } from './audiences.ts'
import type { KeySource } from './key-source.ts'
import { badToken } from './refusals.ts'
import { createVerifiedTokens } from './verified-tokens.ts'

/** What a valid token says. `expiresAt`: milliseconds since 1970 on the machine's clock; nothing may be answered on this token after it. */
export interface VerifiedToken {
  actor: Actor
  expiresAt: number
}

export interface TokenVerifier {
  /** Rejects RejectionError: `unauthenticated` for any bad token, `unavailable` when the issuer's keys cannot be had. Takes the bare token. */
  verify(token: string): Promise<VerifiedToken>
}

export interface TokenVerifierOptions {
  /** `iss`, to the letter. */
  issuer: string
  /** The service that the token must be meant for. */
  audience: string
  /** Clients whose tokens are taken. */
  azps: readonly string[]
  keys: KeySource
  /** How far ahead of this machine's clock the issuer's may be. */
  leewaySeconds?: number
}

// Three base64url parts and nothing else: the library decodes leniently, and would take a fourth part or junk along.
const shape = /^[A-Za-z0-9_-]{2,2000}\.[A-Za-z0-9_-]{2,12000}\.[A-Za-z0-9_-]{342,700}$/

const hasCanonicalEnd = (token: string): boolean => {
  const signature = token.slice(token.lastIndexOf('.') + 1)
  return Buffer.from(signature, 'base64url').toString('base64url') === signature
}

function headerOf(token: string): { alg?: unknown; kid?: unknown } {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8'))
    return typeof header === 'object' && header !== null ? header : {}
  } catch {
    return {}
  }
}

/** keycloak-connect's token checks, with what they leave out: shape, alg, times, client, and an answer of its own for missing keys. */
export function createTokenVerifier({ issuer, audience, azps, keys, leewaySeconds = 30 }: TokenVerifierOptions): TokenVerifier {
  const manager = new GrantManager({ realmUrl: issuer, clientId: audience, bearerOnly: true, verifyTokenAudience: true })
  manager.rotation = { getJWK: (kid) => keys.get(kid) }
  const verified = createVerifiedTokens()

  const checkTimesAndClient = (claims: Record<string, unknown>): number => {
    const latest = Date.now() / 1000 + leewaySeconds
    const { exp, iat, nbf, azp } = claims
    if (typeof exp !== 'number') throw badToken('no expiry')
    if (typeof iat !== 'number' || iat > latest) throw badToken('issued in the future, or nobody knows when')
    if (nbf !== undefined && (typeof nbf !== 'number' || nbf > latest)) throw badToken('not valid yet')
    if (typeof azp !== 'string' || !azps.includes(azp)) throw badToken('a client that is not listed')
    return exp * 1000
  }

  const check = async (token: string): Promise<VerifiedToken> => {
    if (typeof token !== 'string' || !shape.test(token) || !hasCanonicalEnd(token)) throw badToken('not a signed token')
    const { alg, kid } = headerOf(token)
    if (alg !== 'RS256') throw badToken('another algorithm than RS256')
    if (typeof kid !== 'string') throw badToken('no key name')
    // Before the library asks: it would turn missing keys into a bad token.
    await keys.get(kid)
    const grant = await manager.createGrant({ access_token: token }).catch((error: unknown) => {
      throw badToken(String(error))
    })
    const claims = grant.access_token.content
    const expiresAt = checkTimesAndClient(claims)
    const actor = actorFromClaims(claims)
    // Whoever may change the realm's users can give one of them that role: a login is still no service.
    if (actor.role === 'service' && !isServiceClient(claims['azp']))
      throw badToken('the role of a service, and the client of somebody else')
    return { actor, expiresAt }
  }

  return {
    verify: async (token) => {
      const keySet = keys.current()
      const known = verified.find(token, keySet)
      if (known !== undefined) return known
      const result = await check(token)
      // Keys that changed meanwhile may not be those it was checked with.
      if (keys.current() === keySet) verified.keep(token, keySet, result)
      return result
    },
  }
}
