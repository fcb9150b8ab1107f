import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKeySource, createServiceToken, createTokenVerifier, demoAzps, type ServiceAudience } from '@samresa/identity'
import { jwksOf, makeKey, signToken } from '@samresa/identity/testing/local-issuer'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { applyRealm } from './apply-realm.ts'
import { keycloakFromEnvironment, skipReason, startTestRealm, type TestRealm } from './testing/test-realm.ts'

const keycloak = keycloakFromEnvironment()
let realm: TestRealm

beforeEach((context) => context.skip(keycloak === undefined, skipReason))
beforeAll(async () => {
  if (keycloak !== undefined) realm = await startTestRealm(keycloak)
})
afterAll(() => realm?.close())

const kindOf = (token: string, audience: ServiceAudience = 'planning-api'): Promise<string> =>
  createTokenVerifier({ issuer: realm.issuer, audience, azps: demoAzps, keys: createKeySource({ url: realm.jwksUrl }) })
    .verify(token)
    .then(
      ({ actor }) => actor.user,
      ({ rejection }) => rejection.kind,
    )

interface Answer {
  access_token?: string
  error?: string
}

async function ask(form: Record<string, string>, url = realm.tokenUrl): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) })
  return (await response.json()) as Answer
}

const algorithmOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).alg

/** A client that somebody has made in the realm, with tokens that look like the portal's. */
async function tokenOfOwnClient(clientId: string, changes: Record<string, unknown> = {}, audience = 'planning-api'): Promise<string> {
  const mapper = (name: string, protocolMapper: string, config: object) => ({ name, protocol: 'openid-connect', protocolMapper, config })
  await realm.api.post('/clients', {
    clientId,
    secret: 'of-a-test',
    publicClient: false,
    standardFlowEnabled: false,
    directAccessGrantsEnabled: true,
    fullScopeAllowed: true,
    defaultClientScopes: ['basic', 'roles'],
    protocolMappers: [
      mapper('audience', 'oidc-audience-mapper', { 'included.custom.audience': audience, 'access.token.claim': 'true' }),
      mapper('agency', 'oidc-hardcoded-claim-mapper', { 'claim.name': 'agency', 'claim.value': 'FK', 'access.token.claim': 'true' }),
    ],
    ...changes,
  })
  const password = realm.secretOf('user-frida')
  const { access_token } = await ask({
    grant_type: 'password',
    client_id: clientId,
    client_secret: 'of-a-test',
    username: 'frida',
    password,
  })
  if (access_token === undefined) throw new Error(`no token for ${clientId}`)
  return access_token
}

describe('Keycloak’s own ways to a bad token', () => {
  test('a client that is not listed gets nowhere, although it gives itself audience and agency', async () => {
    expect(await kindOf(await tokenOfOwnClient('stranger'))).toBe('unauthenticated')
  })

  test('another realm of the same Keycloak gets nowhere', async () => {
    const { keycloak: url, admin } = realm.options
    const form = { grant_type: 'password', client_id: 'admin-cli', username: admin.user, password: admin.password }
    const { access_token } = await ask(form, `${url}/realms/master/protocol/openid-connect/token`)
    expect(await kindOf(access_token ?? '')).toBe('unauthenticated')
  })

  test.each(['ES256', 'PS256', 'RS512'])('a token that Keycloak itself has signed by %s is refused', async (algorithm) => {
    const attributes = { 'access.token.signed.response.alg': algorithm }
    const token = await tokenOfOwnClient(`signs-${algorithm}`, { attributes })
    expect([algorithmOf(token), await kindOf(token)]).toEqual([algorithm, 'unauthenticated'])
  })

  test('a lightweight token, which says neither who nor for whom, is refused', async () => {
    const attributes = { 'client.use.lightweight.access.token.enabled': 'true' }
    expect(await kindOf(await tokenOfOwnClient('lightweight', { attributes }))).toBe('unauthenticated')
  })

  test('the built-in command-line client gives no tokens for passwords', async () => {
    const password = realm.secretOf('user-frida')
    const { access_token, error } = await ask({ grant_type: 'password', client_id: 'admin-cli', username: 'frida', password })
    expect([access_token, error]).toEqual([undefined, 'invalid_client'])
  })

  test('an audience has no tokens of its own', async () => {
    expect(await ask({ grant_type: 'client_credentials', client_id: 'planning-api', client_secret: '' })).toHaveProperty('error')
  })

  test('the portal gives no tokens for passwords, and none for itself', async () => {
    const [client_id, client_secret] = ['portal', realm.secretOf('portal')]
    const password = realm.secretOf('user-frida')
    const answers = [
      await ask({ grant_type: 'password', client_id, client_secret, username: 'frida', password }),
      await ask({ grant_type: 'client_credentials', client_id, client_secret }),
    ]
    expect(answers.map(({ error }) => error)).toEqual(['unauthorized_client', 'unauthorized_client'])
  })
})

describe('what a service’s own token is good for', () => {
  test.each<[string, ServiceAudience[]]>([
    ['journey', ['planning-api']],
    ['planning', ['journey-api']],
    ['agency-sync', ['journey-api', 'planning-api']],
    ['audit', ['journey-api']],
    ['participant-linker', ['journey-api']],
  ])('%s calls those it asks, and nobody else', async (service, called) => {
    const clientId = service === 'participant-linker' ? service : `${service}-service`
    const token = await createServiceToken({ issuer: realm.issuer, clientId, clientSecret: realm.secretOf(clientId) }).token()
    const audiences = ['journey-api', 'planning-api', 'agency-sync-api', 'audit-api'] as const
    const kinds = await Promise.all(audiences.map((audience) => kindOf(token, audience)))
    expect(kinds).toEqual(audiences.map((audience) => (called.includes(audience) ? `service:${service}` : 'unauthenticated')))
  })

  test('a wrong secret means unavailable, not a login', async () => {
    const own = createServiceToken({ issuer: realm.issuer, clientId: 'audit-service', clientSecret: 'wrong' })
    await expect(own.token()).rejects.toMatchObject({ rejection: { kind: 'unavailable' } })
  })
})

describe('an agency that signs for itself', () => {
  test('gets tokens by its private key, and its old secret counts no more', async () => {
    const key = makeKey('af-1')
    writeFileSync(join(realm.options.secretsFolder, 'af-system.jwks.json'), JSON.stringify(jwksOf(key)))
    const { clients } = await applyRealm(realm.options)
    expect(clients).not.toHaveProperty('af-system')
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: 'af-system', sub: 'af-system', aud: realm.issuer, iat: now, exp: now + 30, jti: `${now}` }
    const signed = {
      grant_type: 'client_credentials',
      client_id: 'af-system',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    }
    const { access_token } = await ask({ ...signed, client_assertion: signToken(key, claims) })
    expect(await kindOf(access_token ?? '')).toBe('af-system')
    const forged = { ...claims, jti: `${now}-again` }
    expect(await ask({ ...signed, client_assertion: signToken(makeKey('af-1'), forged) })).toHaveProperty('error')
    const old = { grant_type: 'client_credentials', client_id: 'af-system', client_secret: realm.secretOf('af-system') }
    expect(await ask(old)).toHaveProperty('error')
  })
})
