import { createKeySource, createTokenVerifier, demoAzps } from '@samresa/identity'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keycloakFromEnvironment, skipReason, startTestRealm, type TestRealm } from './testing/test-realm.ts'

const keycloak = keycloakFromEnvironment()
const maxAgeMs = 60_000
const cooldownMs = 5_000
let realm: TestRealm
let ahead: number

beforeEach(async (context) => {
  if (keycloak === undefined) return context.skip(skipReason)
  realm = await startTestRealm(keycloak, { demo: false })
  ahead = 0
})
afterEach(() => realm?.close())

interface KeyProvider {
  id: string
  name: string
  config: Record<string, string[]>
}

const keyProviders = () => realm.api.get<KeyProvider[]>('/components?type=org.keycloak.keys.KeyProvider')

/** A signing key of its own; the one with the highest priority signs, of those that are active. */
async function addKey(active: boolean): Promise<void> {
  await realm.api.post('/components', {
    name: 'next',
    providerId: 'rsa-generated',
    providerType: 'org.keycloak.keys.KeyProvider',
    config: { priority: ['200'], enabled: ['true'], active: [String(active)], algorithm: ['RS256'], keySize: ['2048'] },
  })
}

/** Keys are picked by name: Keycloak adds others of the same kind by itself. */
async function changeKey(name: string, config: Record<string, string[]>): Promise<void> {
  const provider = (await keyProviders()).find((each) => each.name === name)
  if (provider === undefined) throw new Error(`no key ${name}`)
  await realm.api.put(`/components/${provider.id}`, { ...provider, config: { ...provider.config, ...config } })
}

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
const kidsShown = async () => ((await (await fetch(realm.jwksUrl)).json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)

/** A service that runs on, with a clock that the test moves ahead. */
function aService() {
  const keys = createKeySource({ url: realm.jwksUrl, now: () => Date.now() + ahead })
  const verifier = createTokenVerifier({ issuer: realm.issuer, audience: 'planning-api', azps: demoAzps, keys })
  const kindOf = (token: string): Promise<string> =>
    verifier.verify(token).then(
      () => 'accepted',
      ({ rejection }) => rejection.kind,
    )
  return { keys, kindOf }
}

test('a key that is shown first and used later changes hands without one refused token', async () => {
  const { keys, kindOf } = aService()
  const old = await realm.tokenOf('af-system')
  expect(await kindOf(old)).toBe('accepted')
  const known = keys.current()

  await addKey(false)
  expect(kidOf(await realm.tokenOf('af-system'))).toBe(kidOf(old))
  ahead += maxAgeMs
  await vi.waitUntil(() => keys.current() !== known)

  await changeKey('next', { active: ['true'] })
  const renewed = await realm.tokenOf('af-system')
  expect(kidOf(renewed)).not.toBe(kidOf(old))
  expect([await kindOf(renewed), await kindOf(old)]).toEqual(['accepted', 'accepted'])

  await changeKey('rsa-generated', { active: ['false'] })
  expect(await kidsShown()).toEqual(expect.arrayContaining([kidOf(old), kidOf(renewed)]))
  expect(await kindOf(old)).toBe('accepted')
})

test('a key that signs at once is taken when the cooldown is over', async () => {
  const { kindOf } = aService()
  await kindOf(await realm.tokenOf('af-system'))
  await addKey(true)
  const renewed = await realm.tokenOf('af-system')
  expect(await kindOf(renewed)).toBe('unauthenticated')
  ahead += cooldownMs
  expect(await kindOf(renewed)).toBe('accepted')
})

test('a key that is withdrawn counts for a minute at most', async () => {
  const { kindOf } = aService()
  const stolen = await realm.tokenOf('af-system')
  await addKey(true)
  await kindOf(stolen)
  await changeKey('rsa-generated', { active: ['false'], enabled: ['false'] })
  expect(await kidsShown()).not.toContain(kidOf(stolen))
  ahead += maxAgeMs
  await vi.waitUntil(async () => (await kindOf(stolen)) === 'unauthenticated')
  expect(await kindOf(await realm.tokenOf('af-system'))).toBe('accepted')
})
