import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKeySource } from '../key-source.ts'
import { type DemoInstance, startDemoInstance } from '../testing/demo-instance.ts'
import { jwksOf, makeKey, showing, signToken, startLocalIssuer } from '../testing/local-issuer.ts'
import { logIn, relyingPartyOf } from '../testing/portal-login.ts'
import { createLogoutTokenVerifier } from './logout-token.ts'
import { createRelyingParty } from './relying-party.ts'

let instance: DemoInstance

beforeAll(async () => {
  instance = await startDemoInstance()
})
afterAll(() => instance.close())

const refused = (kind: string) => ({ rejection: { kind } })

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

/** The issuer under a public name that this process cannot reach: whatever is fetched must be fetched inside. */
function publicNameOf({ issuer }: DemoInstance): string {
  return issuer.replace('127.0.0.1', 'localhost').replace(/:[0-9]+/, ':1')
}

test('browsers go to the public name, and everything else to the inside address', async () => {
  const issuer = publicNameOf(instance)
  const inside = await startLocalIssuer()
  const asked: string[] = []
  inside.answer = async (request, response) => {
    asked.push(request.url ?? '')
    const answer = await fetch(new URL(request.url ?? '', instance.issuer))
    const body = (await answer.text()).replaceAll(instance.issuer, issuer)
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body)
  }
  const party = createRelyingParty({
    issuer,
    insideUrl: inside.issuer,
    clientId: 'portal',
    clientSecret: 'x',
    redirectUri: `${instance.portalUrl}/auth/callback`,
    postLogoutUri: `${instance.portalUrl}/`,
  })
  try {
    const { url, transaction } = await party.loginUrl()
    expect(url.startsWith(`${issuer}/protocol/openid-connect/auth?`)).toBe(true)
    const answer = `${instance.portalUrl}/auth/callback?code=c&state=${transaction.state}&iss=${encodeURIComponent(issuer)}`
    await expect(party.callback(answer, transaction)).rejects.toThrow()
    await expect(party.backchannel(signToken(makeKey('k1'), {}, { typ: 'logout+jwt' }))).rejects.toThrow()
    expect(asked.map((path) => path.slice('/realms/samresa'.length))).toEqual([
      '/.well-known/openid-configuration',
      '/protocol/openid-connect/token',
      '/protocol/openid-connect/certs',
    ])
  } finally {
    await inside.close()
  }
})

test.each([undefined, 'http://127.0.0.1:1/realms/samresa'])(
  'an issuer that is not on this machine must be reached by TLS (%s)',
  async (insideUrl) => {
    const party = createRelyingParty({
      issuer: 'http://login.example.invalid/realms/samresa',
      clientId: 'portal',
      clientSecret: 'x',
      redirectUri: 'https://portal.example.invalid/auth/callback',
      postLogoutUri: 'https://portal.example.invalid/',
      ...(insideUrl !== undefined && { insideUrl }),
    })
    await expect(party.loginUrl()).rejects.toMatchObject({ cause: { message: expect.stringMatching(/HTTPS/i) } })
  },
)

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
