import { RejectionError, reject } from '@samresa/kernel'
import * as oidc from 'openid-client'
import { issuerAddress } from '../issuer-address.ts'
import { createKeySource } from '../key-source.ts'
import { badToken, identityUnavailable } from '../refusals.ts'
import { tellsAbsence } from './issuer-absence.ts'
import { createIssuerDiscovery } from './issuer-discovery.ts'
import { type LoginSession, renewSession, sessionFromTokens } from './login-session.ts'
import { createLogoutTokenVerifier, type EndedLogin } from './logout-token.ts'

/** What must be kept, bound to the browser by a cookie, between sending it to the issuer and its coming back. Used once. */
export interface LoginTransaction {
  state: string
  nonce: string
  codeVerifier: string
}

export interface RelyingPartyOptions {
  /** The issuer's public name, where browsers are sent. */
  issuer: string
  /** The issuer's URL as the portal itself reaches it, when that is another. */
  insideUrl?: string
  clientId: string
  clientSecret: string
  redirectUri: string
  postLogoutUri: string
}

/**
 * The portal's side of a login: authorisation code with PKCE. All methods reject RejectionError: `unavailable` while the issuer cannot be
 * reached, `unauthenticated` when it says no.
 */
export interface RelyingParty {
  loginUrl(): Promise<{ url: string; transaction: LoginTransaction }>
  /** `url`: the whole address the browser came back with. */
  callback(url: string, transaction: LoginTransaction): Promise<LoginSession>
  /**
   * A token that is good for at least half a minute, refreshed when needed, once for all who ask at the same time. Rejects with code
   * SESSION_ENDED when the issuer has ended the login: drop the session.
   */
  accessToken(session: LoginSession): Promise<string>
  /** Where to send the browser after the session is dropped here. */
  logoutUrl(session: LoginSession): Promise<string>
  /** Whose sessions to drop, from the `logout_token` that the issuer posted. Each token counts once. */
  backchannel(logoutToken: string): Promise<EndedLogin>
}

const refreshBeforeMs = 30_000

const sessionEnded = (cause: unknown): RejectionError =>
  new RejectionError(reject('unauthenticated', 'SESSION_ENDED', 'The login has ended: log in again.'), { cause })

export function createRelyingParty(options: RelyingPartyOptions): RelyingParty {
  const { issuer, insideUrl, clientId, clientSecret, redirectUri, postLogoutUri } = options
  const address = issuerAddress(issuer, insideUrl)
  const discovered = createIssuerDiscovery(address, { clientId, clientSecret })
  const refreshes = new WeakMap<LoginSession, Promise<void>>()

  const refresh = async (session: LoginSession): Promise<void> => {
    if (!session.refreshToken) throw sessionEnded('no refresh token')
    const configuration = await discovered()
    try {
      renewSession(session, await oidc.refreshTokenGrant(configuration, session.refreshToken))
    } catch (error) {
      throw tellsAbsence(error) ? identityUnavailable(String(error)) : sessionEnded(error)
    }
  }

  /** A refresh token counts once: a second use of it would end the login at the issuer. */
  const refreshOnce = (session: LoginSession): Promise<void> => {
    const mine = refreshes.get(session) ?? refresh(session).finally(() => refreshes.delete(session))
    refreshes.set(session, mine)
    return mine
  }

  return {
    loginUrl: async () => {
      const configuration = await discovered()
      const transaction = { state: oidc.randomState(), nonce: oidc.randomNonce(), codeVerifier: oidc.randomPKCECodeVerifier() }
      const url = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid',
        state: transaction.state,
        nonce: transaction.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(transaction.codeVerifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, transaction }
    },

    callback: async (url, { state, nonce, codeVerifier }) => {
      const configuration = await discovered()
      try {
        const checks = { pkceCodeVerifier: codeVerifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
        return sessionFromTokens(await oidc.authorizationCodeGrant(configuration, new URL(url), checks))
      } catch (error) {
        throw tellsAbsence(error) ? identityUnavailable(String(error)) : badToken(String(error))
      }
    },

    accessToken: async (session) => {
      if (session.expiresAt - Date.now() > refreshBeforeMs) return session.accessToken
      try {
        await refreshOnce(session)
      } catch (error) {
        const ended = error instanceof RejectionError && error.rejection.kind === 'unauthenticated'
        // While the issuer is away the old token serves as long as it lasts.
        if (ended || session.expiresAt <= Date.now()) throw error
      }
      return session.accessToken
    },

    logoutUrl: async (session) =>
      oidc.buildEndSessionUrl(await discovered(), { post_logout_redirect_uri: postLogoutUri, id_token_hint: session.idToken }).href,

    backchannel: createLogoutTokenVerifier({ issuer, clientId, keys: createKeySource({ url: address.jwksUrl }) }),
  }
}
