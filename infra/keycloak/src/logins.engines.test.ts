import { clientIds, type LoginSession, type RelyingParty } from '@samresa/identity'
import { logIn, pressLogin, relyingPartyOf } from '@samresa/identity/testing/portal-login'
import { createScriptedBrowser } from '@samresa/identity/testing/scripted-browser'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { keycloakFromEnvironment, skipReason, startTestRealm, type TestRealm } from './testing/test-realm.ts'

const keycloak = keycloakFromEnvironment()
let realm: TestRealm

beforeEach((context) => context.skip(keycloak === undefined, skipReason))
beforeAll(async () => {
  if (keycloak !== undefined) realm = await startTestRealm(keycloak)
})
afterAll(() => realm?.close())

const ended = { rejection: { kind: 'unauthenticated', code: 'SESSION_ENDED' } }
const sidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sid
const toldOf = (sid: string | undefined) => realm.logoutTokens.filter((token) => sidOf(token) === sid)

test('a wrong password leads back to the form', async () => {
  const browser = createScriptedBrowser(realm.portalUrl)
  const page = await browser.go((await relyingPartyOf(realm).loginUrl()).url)
  const again = await browser.submit(page, { username: 'anna', password: 'wrong' })
  expect([again.status, new URL(again.url).origin]).toEqual([200, new URL(realm.issuer).origin])
})

test.each(['https://evil.example/auth/callback', 'http://127.0.0.1:1/auth/callback'])(
  'nobody is sent to %s with a code',
  async (foreign) => {
    const url = new URL((await relyingPartyOf(realm).loginUrl()).url)
    url.searchParams.set('redirect_uri', foreign)
    const { url: end, status } = await createScriptedBrowser(realm.portalUrl).go(url.href)
    expect([new URL(end).origin, status]).toEqual([new URL(realm.issuer).origin, 400])
  },
)

const endsAtRefresh = async (party: RelyingParty, session: LoginSession) => {
  session.expiresAt = 0
  await expect(party.accessToken(session)).rejects.toMatchObject(ended)
}

test('of every session that an administrator ends the portal is told', async () => {
  const party = relyingPartyOf(realm)
  const logins = [await logIn(realm, party, 'frida'), await logIn(realm, party, 'frida')]
  expect(new Set(logins.map(({ session }) => session.sid)).size).toBe(2)
  for (const { session } of logins) {
    await realm.api.delete(`/sessions/${session.sid}`)
    await vi.waitUntil(() => toldOf(session.sid).length > 0, { timeout: 5_000 })
    expect(await party.backchannel(toldOf(session.sid)[0] ?? '')).toMatchObject({ sid: session.sid })
    await endsAtRefresh(party, session)
  }
})

test('a user whom an administrator logs out as a whole is out in every browser at the next refresh at the latest', async () => {
  const party = relyingPartyOf(realm)
  const logins = [await logIn(realm, party, 'eva'), await logIn(realm, party, 'eva')]
  await realm.api.post(`/users/${await realm.idOf('eva')}/logout`, {})
  // Keycloak 26.4 tells a client of one of the sessions only.
  await vi.waitUntil(() => logins.some(({ session }) => toldOf(session.sid).length > 0), { timeout: 5_000 })
  for (const { session } of logins) await endsAtRefresh(party, session)
})

test('of a disabled user the portal is told nothing, and learns it at the next refresh', async () => {
  const party = relyingPartyOf(realm)
  const { session } = await logIn(realm, party, 'nils')
  await realm.api.put(`/users/${await realm.idOf('nils')}`, { username: 'nils', enabled: false })
  expect(await party.accessToken(session)).toBe(session.accessToken)
  session.expiresAt = 0
  await expect(party.accessToken(session)).rejects.toMatchObject(ended)
  expect(toldOf(session.sid)).toEqual([])
  const { answer } = await pressLogin(realm, party, 'nils')
  expect(new URL(answer).origin).toBe(new URL(realm.issuer).origin)
})

test('an ID token tells the portal nothing about a person but the subject', async () => {
  const { session } = await logIn(realm, relyingPartyOf(realm), 'yonas')
  const claims = JSON.parse(Buffer.from(session.idToken.split('.')[1] ?? '', 'base64url').toString())
  const technical = ['acr', 'at_hash', 'aud', 'auth_time', 'azp', 'exp', 'iat', 'iss', 'jti', 'nonce', 'sid', 'sub', 'typ']
  expect(Object.keys(claims).filter((name) => !technical.includes(name))).toEqual([])
  expect(claims.aud).toBe(clientIds.portal)
})
