import { createKeySource, createServiceToken, createTokenVerifier, demoAzps } from '@samresa/identity'
import { logIn, relyingPartyOf } from '@samresa/identity/testing/portal-login'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { applyRealm } from './apply-realm.ts'
import { linkParticipants, setParticipants } from './participants.ts'
import { keycloakFromEnvironment, skipReason, startTestRealm, type TestRealm } from './testing/test-realm.ts'

const keycloak = keycloakFromEnvironment()
let realm: TestRealm

beforeEach((context) => context.skip(keycloak === undefined, skipReason))
beforeAll(async () => {
  if (keycloak !== undefined) realm = await startTestRealm(keycloak)
})
afterAll(() => realm?.close())

const participantIn = async (token: string): Promise<string | undefined> => {
  const keys = createKeySource({ url: realm.jwksUrl })
  const { actor } = await createTokenVerifier({ issuer: realm.issuer, audience: 'journey-api', azps: demoAzps, keys }).verify(token)
  return actor.participantId
}

test('a person who is enrolled after the login is known from the next token on, and is asked about no more', async () => {
  const party = relyingPartyOf(realm)
  const { session } = await logIn(realm, party, 'yonas')
  expect(await participantIn(session.accessToken)).toBeUndefined()
  const asked: string[] = []
  const participantOf = async (personalNumber: string) => {
    asked.push(personalNumber)
    return personalNumber === '197809032399' ? 'b6a1f0de-0000-4000-8000-000000000002' : undefined
  }
  const clientId = 'participant-writer'
  const writer = createServiceToken({ issuer: realm.issuer, clientId, clientSecret: realm.secretOf(clientId) })
  const as = { ...realm.options, admin: writer }
  expect(await linkParticipants(as, participantOf)).toBe(1)
  session.expiresAt = 0
  expect(await participantIn(await party.accessToken(session))).toBe('b6a1f0de-0000-4000-8000-000000000002')
  asked.length = 0
  expect(await linkParticipants(as, participantOf)).toBe(0)
  expect(asked.sort()).toEqual(['196901012382', '198511222393', '199104172383'])
})

test('a person keeps name and e-mail when linked, and one whose number is none holds up nobody', async () => {
  const { api, options } = realm
  const person = { email: 'asta@example.se', firstName: 'Asta', lastName: 'Ek' }
  await api.post('/users', { username: 'aa-broken', enabled: true, attributes: { personalNumber: ['19'] } })
  await api.post('/users', { username: 'bb-asta', enabled: true, ...person, attributes: { personalNumber: ['199001012384'] } })
  const participantOf = async (personalNumber: string) => {
    if (personalNumber === '19') throw new Error('INVALID_FIELD')
    return personalNumber === '199001012384' ? 'b6a1f0de-0000-4000-8000-000000000009' : undefined
  }
  await expect(linkParticipants(options, participantOf)).rejects.toThrow(`user ${await realm.idOf('aa-broken')}: INVALID_FIELD`)
  const linked = { ...person, attributes: { participantId: ['b6a1f0de-0000-4000-8000-000000000009'] } }
  expect(await api.get(`/users/${await realm.idOf('bb-asta')}`)).toMatchObject(linked)
  for (const name of ['aa-broken', 'bb-asta']) await api.delete(`/users/${await realm.idOf(name)}`)
})

test('whoever may write onto users is nobody to our services', async () => {
  const clientId = 'participant-writer'
  const token = await createServiceToken({ issuer: realm.issuer, clientId, clientSecret: realm.secretOf(clientId) }).token()
  await expect(participantIn(token)).rejects.toMatchObject({ rejection: { kind: 'unauthenticated' } })
})

test('a personal number is in no token', async () => {
  const { session } = await logIn(realm, relyingPartyOf(realm), 'halima')
  const texts = [session.accessToken, session.idToken].map((token) => Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  expect(texts.join()).not.toContain('196901012382')
})

test('who a user is can be said outright, and applying the realm again leaves it', async () => {
  await setParticipants(realm.options, { marcus: 'b6a1f0de-0000-4000-8000-000000000004' })
  expect(await participantIn(await realm.tokenOf('marcus'))).toBe('b6a1f0de-0000-4000-8000-000000000004')
  expect((await applyRealm(realm.options)).changes).toEqual([])
  await expect(setParticipants(realm.options, { nobody: 'x' })).rejects.toThrow('no user nobody')
})
