import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client'
import { badToken } from '../refusals.ts'

/** One login as the portal keeps it, on the server only. The relying party changes it at each refresh. */
export interface LoginSession {
  /** The user's `sub`. */
  subject: string
  /** The issuer's name of this login, which its logout calls use. */
  sid?: string
  accessToken: string
  /** Of the access token: milliseconds since 1970, machine clock. */
  expiresAt: number
  refreshToken?: string
  idToken: string
}

type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers

const expiryOf = (tokens: Tokens): number => Date.now() + (tokens.expires_in ?? 0) * 1000

export function sessionFromTokens(tokens: Tokens): LoginSession {
  const claims = tokens.claims()
  if (claims === undefined || tokens.id_token === undefined) throw badToken('no ID token')
  return {
    subject: claims.sub,
    ...(typeof claims['sid'] === 'string' && { sid: claims['sid'] }),
    accessToken: tokens.access_token,
    expiresAt: expiryOf(tokens),
    ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
    idToken: tokens.id_token,
  }
}

export function renewSession(session: LoginSession, tokens: Tokens): void {
  session.accessToken = tokens.access_token
  session.expiresAt = expiryOf(tokens)
  session.refreshToken = tokens.refresh_token ?? session.refreshToken ?? ''
  session.idToken = tokens.id_token ?? session.idToken
}
