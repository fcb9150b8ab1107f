import { readdirSync, readFileSync, statSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serviceAudiences } from '../audiences.ts'
import { type DemoInstance, startDemoInstance, yonasId } from '../testing/demo-instance.ts'
import { logIn, pressLogin, relyingPartyOf } from '../testing/portal-login.ts'
import { createScriptedBrowser } from '../testing/scripted-browser.ts'
import { startEmbeddedIssuer } from './embedded-issuer.ts'
import { requestToken, tokenRequestPath } from './token-request.ts'

let instance: DemoInstance

beforeAll(async () => {
  instance = await startDemoInstance()
})
afterAll(() => instance.close())

const everyone = 'anna nils eva frida af-officer rania yonas halima marcus auditor operator af-system fk-system scenario'.split(' ')
const payloadOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

const tokenOf = (user: string, minutes?: number) => instance.tokenOf(user, minutes)

const actorOf = async (token: string) => (await instance.verifierFor('planning-api').verify(token)).actor

test('the users are those of the demonstration, each with role and agency', async () => {
  const actors = await Promise.all(everyone.map(async (user) => actorOf(await tokenOf(user))))
  expect(actors).toEqual([
    { user: 'anna', role: 'caseworker', agency: 'AME' },
    { user: 'nils', role: 'caseworker', agency: 'AME' },
    { user: 'eva', role: 'officer', agency: 'EB' },
    { user: 'frida', role: 'officer', agency: 'FK' },
    { user: 'af-officer', role: 'officer', agency: 'AF' },
    { user: 'rania', role: 'participant' },
    { user: 'yonas', role: 'participant', participantId: yonasId },
    { user: 'halima', role: 'participant' },
    { user: 'marcus', role: 'participant' },
    { user: 'auditor', role: 'auditor' },
    { user: 'operator', role: 'operator' },
    { user: 'af-system', role: 'agency-system', agency: 'AF' },
    { user: 'fk-system', role: 'agency-system', agency: 'FK' },
    { user: 'scenario', role: 'scenario' },
  ])
})

test.each(serviceAudiences)('a made token is good for %s', async (audience) => {
  expect((await instance.verifierFor(audience).verify(await tokenOf('frida'))).actor.user).toBe('frida')
})

test('a token lasts as many minutes as asked', async () => {
  const { iat, exp } = payloadOf(await tokenOf('anna', 60))
  expect(exp - iat).toBe(3600)
})

test('an unknown user is answered with the users there are', async () => {
  expect(await requestToken(instance.issuer, instance.dataDir, { user: 'toString', minutes: 5 })).toEqual({
    outcome: 'unknown-user',
    users: everyone,
  })
})

test.each([0, 61, Number.NaN])('no token is made for %s minutes', async (minutes) => {
  expect(await requestToken(instance.issuer, instance.dataDir, { user: 'anna', minutes })).toEqual({ outcome: 'unreachable' })
})

test.each([
  ['POST', 'Bearer wrong'],
  ['POST', undefined],
  ['GET', undefined],
])('without the secret nobody gets a token (%s, %s)', async (method, authorization) => {
  const body = method === 'POST' ? JSON.stringify({ user: 'anna', minutes: 5 }) : null
  const response = await fetch(`${instance.issuer}${tokenRequestPath}`, { method, body, headers: authorization ? { authorization } : {} })
  expect([response.status, await response.text()]).toEqual([401, '{}'])
})

test.each(['af-system', 'fk-system'])('%s gets a token with its own client secret', async (system) => {
  const secrets = JSON.parse(readFileSync(join(instance.dataDir, 'identity', 'client-secrets.json'), 'utf8'))
  const response = await fetch(`${instance.issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${system}:${secrets[system]}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const { access_token } = (await response.json()) as { access_token: string }
  expect(await actorOf(access_token)).toEqual({ user: system, role: 'agency-system', agency: system === 'af-system' ? 'AF' : 'FK' })
})

test.each(everyone)('%s logs in with the button of that name', async (user) => {
  const { session } = await logIn(instance, relyingPartyOf(instance), user)
  expect((await actorOf(session.accessToken)).user).toBe(user)
})

test('a participant who is enrolled after the login is known from the next token on', async () => {
  const party = relyingPartyOf(instance)
  const { session } = await logIn(instance, party, 'marcus')
  instance.enrolled.set('198511222393', 'b6a1f0de-0000-4000-8000-000000000004')
  session.expiresAt = 0
  expect((await actorOf(await party.accessToken(session))).participantId).toBe('b6a1f0de-0000-4000-8000-000000000004')
})

test('the ID token of a login is no access token', async () => {
  const { session } = await logIn(instance, relyingPartyOf(instance), 'anna')
  await expect(actorOf(session.idToken)).rejects.toMatchObject({ rejection: { kind: 'unauthenticated' } })
})

test('the login page names itself a demonstration, in Swedish, and asks nothing of other hosts', async () => {
  const { page } = await pressLogin(instance, relyingPartyOf(instance), 'anna')
  expect(page.text).toMatch(/<html lang="sv">[\s\S]*<main><h1>[\s\S]*Det här är en demonstration/)
  expect(page.text.match(/(?:src|href)="/g)).toBeNull()
  expect([...page.text.matchAll(/<button[^>]*><strong>([^<]+)/g)].map(([, name]) => name)).toEqual(everyone)
  const { headers } = await fetch(page.url)
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('cache-control')).toBe('no-store')
})

test('the page that asks whether to log out is in Swedish, and the login page comes back after it', async () => {
  const party = relyingPartyOf(instance)
  const { browser, session } = await logIn(instance, party, 'eva')
  const page = await browser.go(await party.logoutUrl(session))
  expect(page.text).toContain('<html lang="sv">')
  await instance.leave(browser, page)
  expect((await browser.go((await party.loginUrl()).url)).text).toContain('Välj vem du är')
  expect(instance.errors).toEqual([])
})

test('a login without a code challenge is refused', async () => {
  const url = new URL((await relyingPartyOf(instance).loginUrl()).url)
  url.searchParams.delete('code_challenge')
  const { url: answer } = await createScriptedBrowser(instance.portalUrl).go(url.href)
  expect(new URL(answer).searchParams.get('error')).toBe('invalid_request')
})

test.each(['https://evil.example/auth/callback', 'http://127.0.0.1:1/auth/callback'])(
  'nobody is sent to %s with a code',
  async (foreign) => {
    const url = new URL((await relyingPartyOf(instance).loginUrl()).url)
    url.searchParams.set('redirect_uri', foreign)
    const { url: end, status } = await createScriptedBrowser(instance.portalUrl).go(url.href)
    expect([new URL(end).origin, status]).toEqual([new URL(instance.issuer).origin, 400])
  },
)

test('a login page without a login leads back to the portal', async () => {
  const response = await fetch(`${instance.issuer}/login-actions/authenticate?uid=none`)
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(`href="${instance.portalUrl}"`)])
})

test('a foreign name for the address is turned away', async () => {
  const status = await new Promise((resolve) => {
    get(instance.jwksUrl, { headers: { host: 'evil.example' } }, ({ statusCode }) => resolve(statusCode))
  })
  expect(status).toBe(421)
})

test('only the public part of the signing key is shown', async () => {
  const { keys } = (await (await fetch(instance.jwksUrl)).json()) as { keys: object[] }
  expect(keys.map((jwk) => Object.keys(jwk).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']])
})

test('everything kept is readable by its owner only', () => {
  const folder = join(instance.dataDir, 'identity')
  expect(readdirSync(folder).sort()).toEqual(['client-secrets.json', 'signing-key.json', 'token-secret.json'])
  expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600])
})

test('a restart keeps the keys, so that tokens given before stay good', async () => {
  const again = await instance.start()
  try {
    const keysAt = async (url: string) => ((await (await fetch(url)).json()) as { keys: unknown }).keys
    expect(await keysAt(again.jwksUrl)).toEqual(await keysAt(instance.jwksUrl))
    expect(again.portalClient).toEqual(instance.portalClient)
  } finally {
    await again.close()
  }
})

test('a taken port is told as such', async () => {
  await expect(instance.start(Number(new URL(instance.issuer).port))).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

const options = () => ({
  port: 0,
  dataDir: instance.dataDir,
  portalUrl: instance.portalUrl,
  participantOf: async () => undefined,
  onError: () => {},
})

test.each([
  ['its own address', { host: '0.0.0.0' }],
  ['the portal’s', { portalUrl: 'https://samresa.example.se' }],
])('it does not start when %s is not on this machine', async (_case, changes) => {
  await expect(startEmbeddedIssuer({ ...options(), ...changes })).rejects.toThrow('loopback')
})

test('it does not start in production', async () => {
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  try {
    await expect(startEmbeddedIssuer(options())).rejects.toThrow('production')
  } finally {
    process.env['NODE_ENV'] = before
  }
})
