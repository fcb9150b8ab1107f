import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createKeySource } from '../key-source.ts'
import { type DemoInstance, logIn, pressLogin, relyingPartyOf, startDemoInstance } from '../testing/demo-instance.ts'
import { jwksOf, makeKey, showing, signToken, startLocalIssuer } from '../testing/local-issuer.ts'
import { createLogoutTokenVerifier } from './logout-token.ts'
import { createRelyingParty } from './relying-party.ts'

let instance: DemoInstance

beforeAll(async () => {
  instance = await startDemoInstance()
})
afterAll(() => instance.close())

const refused = (kind: string) => ({ rejection: { kind } })

test('a login ends with a session of that user', async () => {
  const { session } = await logIn(instance, relyingPartyOf(instance), 'anna')
  expect(session).toMatchObject({ subject: 'anna', sid: expect.any(String), refreshToken: expect.any(String) })
  expect(session.expiresAt).toBeGreaterThan(Date.now() + 290_000)
})

test('the answer to one login is worth nothing to another', async () => {
  const party = relyingPartyOf(instance)
  const [mine, other] = await Promise.all([pressLogin(instance, party, 'anna'), pressLogin(instance, party, 'eva')])
  for (const wrong of [
    other.transaction,
    { ...mine.transaction, state: other.transaction.state },
    { ...mine.transaction, codeVerifier: other.transaction.codeVerifier },
    { ...mine.transaction, nonce: other.transaction.nonce },
  ]) {
    await expect(party.callback(mine.answer, wrong)).rejects.toMatchObject(refused('unauthenticated'))
  }
})

test('a code is worth one login', async () => {
  const party = relyingPartyOf(instance)
  const { answer, transaction } = await pressLogin(instance, party, 'anna')
  await party.callback(answer, transaction)
  await expect(party.callback(answer, transaction)).rejects.toMatchObject(refused('unauthenticated'))
})

test('a fresh token is used as it is', async () => {
  const party = relyingPartyOf(instance)
  const { session } = await logIn(instance, party, 'anna')
  const { accessToken } = session
  expect(await party.accessToken(session)).toBe(accessToken)
})

test('twenty who ask at the same time cause one refresh, and the login goes on', async () => {
  const party = relyingPartyOf(instance)
  const { session } = await logIn(instance, party, 'anna')
  const { accessToken } = session
  for (let round = 0; round < 2; round++) {
    session.expiresAt = Date.now() + 29_000
    const tokens = await Promise.all(Array.from({ length: 20 }, () => party.accessToken(session)))
    expect(new Set(tokens).size).toBe(1)
    expect(tokens[0]).not.toBe(accessToken)
  }
})

test('a refresh token used twice ends the login', async () => {
  const party = relyingPartyOf(instance)
  const { session } = await logIn(instance, party, 'anna')
  const copy = { ...session, expiresAt: 0 }
  session.expiresAt = 0
  await party.accessToken(session)
  await expect(party.accessToken(copy)).rejects.toMatchObject({ rejection: { kind: 'unauthenticated', code: 'SESSION_ENDED' } })
  session.expiresAt = 0
  await expect(party.accessToken(session)).rejects.toMatchObject({ rejection: { code: 'SESSION_ENDED' } })
})

test('a logout ends the login at the issuer and tells the portal whose', async () => {
  const party = relyingPartyOf(instance)
  const { browser, session } = await logIn(instance, party, 'eva')
  const page = await browser.go(await party.logoutUrl(session))
  expect(page.text).toContain('<html lang="sv">')
  const end = await browser.press(page, 'logout', 'yes')
  expect(end.url).toBe(`${instance.portalUrl}/`)
  await vi.waitUntil(() => instance.logoutTokens.length > 0)
  const logoutToken = instance.logoutTokens.pop() ?? ''
  expect(await party.backchannel(logoutToken)).toEqual({ sid: session.sid, sub: 'eva' })
  await expect(party.backchannel(logoutToken)).rejects.toMatchObject(refused('unauthenticated'))
  session.expiresAt = 0
  await expect(party.accessToken(session)).rejects.toMatchObject({ rejection: { code: 'SESSION_ENDED' } })
  expect(instance.errors).toEqual([])
  expect((await browser.go((await party.loginUrl()).url)).text).toContain('Välj vem du är')
})

test('a browser that is logged in at the issuer is not asked again', async () => {
  const party = relyingPartyOf(instance)
  const { browser } = await logIn(instance, party, 'anna')
  const { url, transaction } = await party.loginUrl()
  const { url: answer } = await browser.go(url)
  expect((await party.callback(answer, transaction)).subject).toBe('anna')
})

test('the portal may start before the issuer, and while the issuer is away nobody is told to log in', async () => {
  const away = createServer((_request, response) => response.writeHead(503).end())
  await new Promise<void>((resolve) => away.listen(0, '127.0.0.1', resolve))
  const port = (away.address() as AddressInfo).port
  const issuer = `http://127.0.0.1:${port}/realms/samresa`
  const { portalUrl, portalClient } = instance
  const party = relyingPartyOf({ ...instance, issuer })
  await expect(party.loginUrl()).rejects.toMatchObject(refused('unavailable'))
  away.closeAllConnections()
  await new Promise((resolve) => away.close(resolve))
  await expect(party.loginUrl()).rejects.toMatchObject(refused('unavailable'))
  const late = await instance.start(port)
  try {
    const client = new URL((await party.loginUrl()).url).searchParams.get('client_id')
    expect([client, portalUrl.startsWith('http')]).toEqual([portalClient.id, true])
  } finally {
    await late.close()
  }
})

test('while the issuer is away a session goes on with its old token until that ends', async () => {
  const temporary = await instance.start()
  const there = { ...instance, ...temporary, close: instance.close }
  const party = relyingPartyOf(there)
  const { session } = await logIn(there, party, 'anna')
  await temporary.close()
  session.expiresAt = Date.now() + 10_000
  expect(await party.accessToken(session)).toBe(session.accessToken)
  session.expiresAt = Date.now()
  await expect(party.accessToken(session)).rejects.toMatchObject(refused('unavailable'))
})

const asJson =
  (status: number, body: object): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

test.each<[string, RequestListener, string]>([
  ['a refusal', asJson(400, { error: 'invalid_grant' }), 'SESSION_ENDED'],
  ['a fault of its own', asJson(500, { error: 'server_error' }), 'IDENTITY_UNAVAILABLE'],
  [
    'a proxy’s error page',
    (_request, response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<p>'),
    'IDENTITY_UNAVAILABLE',
  ],
  [
    'a proxy’s friendly page',
    (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    'IDENTITY_UNAVAILABLE',
  ],
  [
    'half an answer',
    (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"'),
    'IDENTITY_UNAVAILABLE',
  ],
  ['a broken connection', (request) => request.socket.destroy(), 'IDENTITY_UNAVAILABLE'],
])('a refresh that meets %s', async (_case, answer, code) => {
  const local = await startLocalIssuer()
  const { issuer } = local
  local.answer = asJson(200, { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` })
  const party = relyingPartyOf({ ...instance, issuer })
  const session = { subject: 'anna', accessToken: 'a', expiresAt: 0, refreshToken: 'r', idToken: 'i' }
  try {
    await party.loginUrl()
    local.answer = answer
    await expect(party.accessToken(session)).rejects.toMatchObject({ rejection: { code } })
  } finally {
    await local.close()
  }
})

test('an issuer that is not on this machine must be reached by TLS', async () => {
  const party = createRelyingParty({
    issuer: 'http://login.example.invalid/realms/samresa',
    clientId: 'portal',
    clientSecret: 'x',
    redirectUri: 'https://portal.example.invalid/auth/callback',
    postLogoutUri: 'https://portal.example.invalid/',
  })
  await expect(party.loginUrl()).rejects.toMatchObject({ cause: { message: expect.stringMatching(/HTTPS/i) } })
})

test('only a logout token of this issuer for this client counts', async () => {
  const key = makeKey('k1')
  const local = await startLocalIssuer(key)
  local.answer = showing(jwksOf(key))
  const verify = createLogoutTokenVerifier({
    issuer: local.issuer,
    clientId: 'portal',
    keys: createKeySource({ url: local.jwksUrl }),
  })
  const now = Math.floor(Date.now() / 1000)
  let number = 0
  const tokenWith = (changes: object, typ = 'logout+jwt') =>
    signToken(
      key,
      {
        iss: local.issuer,
        aud: 'portal',
        iat: now,
        exp: now + 120,
        jti: `jti-${number++}`,
        sub: 'eva',
        sid: 'login-1',
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        ...changes,
      },
      { typ },
    )
  try {
    expect(await verify(tokenWith({}))).toEqual({ sub: 'eva', sid: 'login-1' })
    const bad = [
      tokenWith({ aud: 'other' }),
      tokenWith({ iss: 'http://127.0.0.1:1' }),
      tokenWith({ nonce: 'n' }),
      tokenWith({ events: {} }),
      tokenWith({ iat: now - 400 }),
      tokenWith({ exp: now - 60 }),
      tokenWith({ jti: undefined }),
      tokenWith({ sub: undefined, sid: undefined }),
      tokenWith({}, 'JWT'),
      `${tokenWith({})}x`,
      'nonsense',
    ]
    for (const token of bad) await expect(verify(token)).rejects.toMatchObject(refused('unauthenticated'))
  } finally {
    await local.close()
  }
})
