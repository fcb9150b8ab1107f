import { randomBytes } from 'node:crypto'
import type { Context, IssuedJwt, IssuedToken, Provider } from 'oidc-provider'
import { clientIds } from '../audiences.ts'
import { demoUserNamed } from './demo-users.ts'
import type { IssuerSecrets } from './issuer-secrets.ts'
import { createMemoryAdapter } from './memory-adapter.ts'
import { loggedOutPage, logoutPage, startAgainPage } from './pages.ts'
import { allAudiences, claimsOf, type ParticipantOf } from './token-claims.ts'

/** Where a Keycloak realm has its endpoints, below the issuer. */
const endpoints = '/protocol/openid-connect'
const resource = 'urn:samresa'

export interface ProviderSetup {
  issuer: string
  /** The path of the issuer's URL. */
  mount: string
  portalUrl: string
  secrets: IssuerSecrets
  participantOf: ParticipantOf
}

function clientsOf({ portalUrl, secrets }: ProviderSetup) {
  const portal = {
    client_id: clientIds.portal,
    client_secret: secrets.clients[clientIds.portal],
    redirect_uris: [`${portalUrl}/auth/callback`],
    post_logout_redirect_uris: [`${portalUrl}/`],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    backchannel_logout_uri: `${portalUrl}/auth/backchannel`,
    backchannel_logout_session_required: true,
  }
  const machines = clientIds.systems.map((id) => ({
    client_id: id,
    client_secret: secrets.clients[id],
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_basic',
  }))
  return [portal, ...machines]
}

/**
 * Loads the library, which takes a third of a second and is needed by the embedded set only. It judges our pinned Node by its list of
 * long-term releases and says so at import; nothing else that is said meanwhile is held back.
 */
export async function importProviderLibrary(): Promise<typeof import('oidc-provider')> {
  const { warn } = console
  console.warn = (...words: unknown[]) => {
    if (!String(words[0]).includes('Unsupported runtime')) warn(...words)
  }
  try {
    return await import('oidc-provider')
  } finally {
    console.warn = warn
  }
}

async function loadGrant(context: Context) {
  const { client, session, provider } = context.oidc
  // Nobody is asked for consent to a login: portal and issuer belong to the same house.
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope('openid')
  grant.addResourceScope(resource, 'openid')
  await grant.save()
  return grant
}

const features = (portalUrl: string) => ({
  devInteractions: { enabled: false },
  clientCredentials: { enabled: true },
  revocation: { enabled: true },
  backchannelLogout: { enabled: true },
  rpInitiatedLogout: {
    enabled: true,
    logoutSource: async (context: Context, form: string) => {
      context.body = logoutPage(form)
    },
    postLogoutSuccessSource: async (context: Context) => {
      context.body = loggedOutPage(portalUrl)
    },
  },
  resourceIndicators: {
    enabled: true,
    defaultResource: () => resource,
    useGrantedResource: () => true,
    getResourceServerInfo: () => ({
      scope: 'openid',
      audience: 'samresa',
      accessTokenFormat: 'jwt',
      accessTokenTTL: 300,
      jwt: { sign: { alg: 'RS256' } },
    }),
  },
})

/** oidc-provider set up to look like a Keycloak realm: same addresses, same claims. */
export function createProvider({ Provider }: typeof import('oidc-provider'), setup: ProviderSetup): Provider {
  const { issuer, mount, portalUrl, secrets, participantOf } = setup
  return new Provider(issuer, {
    adapter: createMemoryAdapter(),
    clients: clientsOf(setup),
    jwks: { keys: [secrets.signingKey] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    features: features(portalUrl),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    clientBasedCORS: () => false,
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], acr: null, sid: null, auth_time: null, iss: null },
    findAccount: async (_context: Context, id: string) =>
      demoUserNamed(id) && { accountId: id, claims: async () => ({ sub: id, ...(await claimsOf(id, participantOf)) }) },
    issueRefreshToken: async (_context: Context, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    loadExistingGrant: loadGrant,
    ttl: {
      AccessToken: 300,
      ClientCredentials: 300,
      IdToken: 300,
      AuthorizationCode: 60,
      RefreshToken: 1800,
      Session: 36_000,
      Grant: 36_000,
      Interaction: 600,
    },
    extraTokenClaims: async (context: Context, token: IssuedToken) => {
      const { AuthorizationCode, RefreshToken } = context.oidc.entities
      const sid = (AuthorizationCode ?? RefreshToken)?.sid
      return {
        ...(await claimsOf(token.accountId ?? token.clientId, participantOf)),
        azp: token.clientId,
        ...(sid !== undefined && { sid }),
      }
    },
    formats: {
      customizers: {
        jwt: (_context: Context, token: IssuedToken, jwt: IssuedJwt) => {
          jwt.header = { ...jwt.header, typ: 'JWT' }
          jwt.payload = { ...jwt.payload, aud: allAudiences(), sub: token.accountId ?? token.clientId }
          return jwt
        },
      },
    },
    routes: {
      authorization: `${endpoints}/auth`,
      token: `${endpoints}/token`,
      userinfo: `${endpoints}/userinfo`,
      jwks: `${endpoints}/certs`,
      revocation: `${endpoints}/revoke`,
      end_session: `${endpoints}/logout`,
    },
    interactions: {
      url: (_context: Context, interaction: { uid: string }) => `${mount}/login-actions/authenticate?uid=${interaction.uid}`,
    },
    renderError: async (context: Context) => {
      context.type = 'html'
      context.body = startAgainPage(portalUrl)
    },
    // The library's own connection refuses loopback, where the portal's back-channel address is.
    fetch: (url: string, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown }) => globalThis.fetch(url, options),
  })
}
