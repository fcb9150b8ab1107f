import { createPrivateKey, hash, randomUUID, sign, timingSafeEqual } from 'node:crypto'
import { clientIds } from '../audiences.ts'
import { demoUserNamed, demoUsers } from './demo-users.ts'
import type { IssuerSecrets } from './issuer-secrets.ts'
import { allAudiences, claimsOf, type ParticipantOf } from './token-claims.ts'
import type { TokenRequest } from './token-request.ts'

export const maxMinutes = 60

/** Makes access tokens for demo users without a login: the token command, tests and outside checks. */
export interface TokenMint {
  /** True when this authorization header carries the secret of the instance. */
  admits(authorization: string | undefined): boolean
  answer(request: TokenRequest): Promise<{ status: 200 | 400 | 404; body: unknown }>
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export function createTokenMint(issuer: string, secrets: IssuerSecrets, participantOf: ParticipantOf): TokenMint {
  const key = createPrivateKey({ key: secrets.signingKey, format: 'jwk' })
  const header = encoded({ alg: 'RS256', typ: 'JWT', kid: secrets.signingKey.kid })
  const expected = hash('sha256', `Bearer ${secrets.tokenSecret}`, 'buffer')

  const mint = async ({ user, minutes }: TokenRequest): Promise<string> => {
    const issuedAt = Math.floor(Date.now() / 1000)
    const machines: readonly string[] = clientIds.systems
    const claims = {
      iss: issuer,
      sub: user,
      aud: allAudiences(),
      azp: machines.includes(user) ? user : clientIds.tokenCommand,
      iat: issuedAt,
      exp: issuedAt + Math.round(minutes * 60),
      jti: randomUUID(),
      ...(await claimsOf(user, participantOf)),
    }
    const signed = `${header}.${encoded(claims)}`
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
  }

  return {
    admits: (authorization) => timingSafeEqual(hash('sha256', authorization ?? '', 'buffer'), expected),
    answer: async (request) => {
      const { user, minutes } = request
      if (typeof user !== 'string' || demoUserNamed(user) === undefined) return { status: 404, body: { users: Object.keys(demoUsers) } }
      if (typeof minutes !== 'number' || !(minutes > 0 && minutes <= maxMinutes))
        return { status: 400, body: { minutes: `1 to ${maxMinutes}` } }
      return { status: 200, body: { token: await mint(request) } }
    },
  }
}
