import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RejectionError, reject } from '@samresa/kernel'
import { createLogger } from '@samresa/telemetry'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createPortalApp } from './portal-app.ts'

const issuerOrigin = 'http://issuer.invalid'
const tokenOf = (user: string) => `e30.${Buffer.from(JSON.stringify({ sub: user, ...claims[user] })).toString('base64url')}.x`
const claims: Record<string, object> = {
  anna: { agency: 'AME', realm_access: { roles: ['caseworker'] } },
  yonas: { participantId: 'p2', realm_access: { roles: ['participant'] } },
  auditor: { realm_access: { roles: ['auditor'] } },
}

/** A service that tells what it was sent, and an event stream that stays open. */
const received: IncomingMessage[] = []
let streamClosed: Promise<void>
const service = createServer((request: IncomingMessage, response: ServerResponse) => {
  received.push(request)
  if (request.url === '/v1/stream') {
    streamClosed = new Promise((done) => response.once('close', done))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: timeline\nid: 7\ndata: {}\n\n')
    return
  }
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () =>
    response
      .writeHead(request.method === 'POST' ? 201 : 200, { 'content-type': 'application/json', etag: '"3"', 'x-inner': '1' })
      .end(body || '{}'),
  )
})

let assets: string
let app: FastifyInstance
let ended: Set<string>
/** What a check of a session waits for, when a test holds it. */
let held: Promise<void> | undefined
let publicUrl: string

beforeAll(async () => {
  assets = mkdtempSync(join(tmpdir(), 'portal-'))
  mkdirSync(join(assets, 'assets'))
  writeFileSync(join(assets, 'index.html'), '<!doctype html><title>Samresa</title>')
  writeFileSync(join(assets, 'icon.svg'), '<svg/>')
  writeFileSync(join(assets, 'assets', 'index-abc.js'), '1')
  await new Promise<void>((done) => service.listen(0, '127.0.0.1', done))
})
afterAll(() => {
  rmSync(assets, { recursive: true })
  service.closeAllConnections()
  service.close()
})
beforeEach(async () => {
  received.length = 0
  ended = new Set()
  held = undefined
  publicUrl = 'http://portal.invalid'
  const planning = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
  app = await createPortalApp({
    issuerOrigin,
    services: { planning, gone: 'http://127.0.0.1:9' },
    assets,
    publicUrl: () => publicUrl,
    logger: createLogger({ service: 'portal', level: 'silent' }),
    login: {
      loginUrl: async () => ({ url: `${issuerOrigin}/login`, transaction: {} }),
      callback: async (url) => ({ subject: new URL(url).searchParams.get('code') ?? '', sid: 's1' }),
      accessToken: async ({ subject }) => {
        await held
        if (ended.has(subject)) throw new RejectionError(reject('unauthenticated', 'SESSION_ENDED', 'ended'))
        return tokenOf(subject)
      },
      logoutUrl: async () => `${issuerOrigin}/logout`,
      backchannel: async () => ({ sid: 's1' }),
    },
  })
  return () => app.close()
})

const cookieOf = (answer: { cookies: { name: string; value: string }[] }, name: string) => {
  const found = answer.cookies.find((cookie) => cookie.name === name)
  return `${name}=${found?.value}`
}

async function logIn(user: string, to = '/'): Promise<{ cookie: string; location: string | undefined }> {
  const begun = await app.inject({ url: `/auth/login?to=${encodeURIComponent(to)}` })
  const back = await app.inject({ url: `/auth/callback?code=${user}`, headers: { cookie: cookieOf(begun, 'samresa_login') } })
  return { cookie: cookieOf(back, 'samresa_session'), location: back.headers.location }
}

test('an anonymous visitor of a page goes through the login and comes back to it', async () => {
  const page = await app.inject({ url: '/participants/p2' })
  expect([page.statusCode, page.headers.location]).toEqual([302, '/auth/login?to=%2Fparticipants%2Fp2'])
  const { location, cookie } = await logIn('anna', '/participants/p2')
  expect(location).toBe('/participants/p2')
  expect((await app.inject({ url: '/participants/p2', headers: { cookie } })).statusCode).toBe(200)
})

test('the session cookie is out of reach for scripts and other sites', async () => {
  const begun = await app.inject({ url: '/auth/login' })
  const back = await app.inject({ url: '/auth/callback?code=anna', headers: { cookie: cookieOf(begun, 'samresa_login') } })
  expect(back.cookies.find(({ name }) => name === 'samresa_session')).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
})

test('cookies go over encrypted connections only when the portal is reached by one', async () => {
  const securityOf = async () => {
    const begun = await app.inject({ url: '/auth/login' })
    const back = await app.inject({ url: '/auth/callback?code=anna', headers: { cookie: cookieOf(begun, 'samresa_login') } })
    const named = (answer: typeof begun, name: string) => answer.cookies.find((cookie) => cookie.name === name)?.secure ?? false
    return [named(begun, 'samresa_login'), named(back, 'samresa_session')]
  }
  expect(await securityOf()).toEqual([false, false])
  publicUrl = 'https://portal.invalid'
  expect(await securityOf()).toEqual([true, true])
})

test('a login answer that no login of this browser began admits nobody', async () => {
  const back = await app.inject({ url: '/auth/callback?code=anna' })
  expect([back.headers.location, back.cookies.some(({ name }) => name === 'samresa_session')]).toEqual(['/', false])
})

test('the page learns who is logged in and never sees a token', async () => {
  const { cookie } = await logIn('anna')
  const me = await app.inject({ url: '/me', headers: { cookie } })
  expect(me.json()).toEqual({ user: 'anna', role: 'caseworker', agency: 'AME' })
})

test('a call goes on with the visitor’s token and purpose, and without the cookie', async () => {
  for (const [user, purpose] of [
    ['anna', 'planning'],
    ['auditor', 'audit'],
    ['yonas', undefined],
  ] as const) {
    const { cookie } = await logIn(user)
    const answer = await app.inject({ url: '/api/planning/v1/region?page=2', headers: { cookie, authorization: 'Bearer forged' } })
    expect([answer.statusCode, answer.headers.etag, answer.headers['x-inner']]).toEqual([200, '"3"', undefined])
    const sent = received.at(-1)
    expect([sent?.url, sent?.headers.authorization, sent?.headers['samresa-purpose'], sent?.headers.cookie]).toEqual([
      '/v1/region?page=2',
      `Bearer ${tokenOf(user)}`,
      purpose,
      undefined,
    ])
  }
})

test('a write needs the header that another site cannot send', async () => {
  const { cookie } = await logIn('anna')
  const write = { method: 'POST', url: '/api/planning/v1/x', payload: { a: 1 } } as const
  const forged = await app.inject({ ...write, headers: { cookie } })
  expect([forged.statusCode, forged.json().code, received.length]).toEqual([403, 'CROSS_SITE', 0])
  const own = await app.inject({ ...write, headers: { cookie, 'x-samresa': '1' } })
  expect([own.statusCode, own.json()]).toEqual([201, { a: 1 }])
})

test('without a living session nothing goes on', async () => {
  expect((await app.inject({ url: '/api/planning/v1/region' })).statusCode).toBe(401)
  const { cookie } = await logIn('anna')
  ended.add('anna')
  const refused = await app.inject({ url: '/api/planning/v1/region', headers: { cookie } })
  expect([refused.statusCode, refused.json().code, received.length]).toEqual([401, 'SESSION_ENDED', 0])
  ended.clear()
  expect((await app.inject({ url: '/me', headers: { cookie } })).statusCode).toBe(401)
})

test('an unknown service is not found, a silent one unavailable', async () => {
  const { cookie } = await logIn('anna')
  for (const url of ['/api/elsewhere/v1/x', '/api/constructor/v1/x'])
    expect((await app.inject({ url, headers: { cookie } })).statusCode).toBe(404)
  expect((await app.inject({ url: '/api/gone/v1/x', headers: { cookie } })).statusCode).toBe(503)
})

test('an address cannot lead a call away from its service', async () => {
  const { cookie } = await logIn('anna')
  const answer = await app.inject({ url: '/api/planning//issuer.invalid/v1', headers: { cookie } })
  expect([answer.statusCode, received.length]).toEqual([404, 0])
})

test('logging out ends the session here and at the issuer', async () => {
  const { cookie } = await logIn('anna')
  const out = await app.inject({ method: 'POST', url: '/auth/logout', headers: { cookie } })
  expect([out.statusCode, out.headers.location]).toEqual([303, `${issuerOrigin}/logout`])
  expect((await app.inject({ url: '/me', headers: { cookie } })).statusCode).toBe(401)
})

test('a logout at the issuer ends the session here', async () => {
  const { cookie } = await logIn('anna')
  const told = {
    method: 'POST',
    url: '/auth/backchannel',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'logout_token=x',
  } as const
  expect((await app.inject(told)).statusCode).toBe(200)
  expect((await app.inject({ url: '/me', headers: { cookie } })).statusCode).toBe(401)
})

test('pages take scripts and styles from here only, and built files are kept for ever', async () => {
  const { cookie } = await logIn('anna')
  const page = await app.inject({ url: '/', headers: { cookie } })
  expect(page.headers['content-security-policy']).toContain("script-src 'self';")
  expect(page.headers['content-security-policy']).not.toContain('unsafe')
  expect(page.headers['cache-control']).toBe('no-store')
  expect((await app.inject({ url: '/assets/index-abc.js' })).headers['cache-control']).toContain('immutable')
})

test('an event stream arrives as it is sent, and ends at the service when the page goes away', async () => {
  const { cookie } = await logIn('anna')
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const leave = new AbortController()
  const answer = await fetch(`${url}/api/planning/v1/stream`, { headers: { cookie, 'last-event-id': '6' }, signal: leave.signal })
  const first = await answer.body?.getReader().read()
  expect(Buffer.from(first?.value ?? []).toString()).toContain('id: 7')
  expect(received.at(-1)?.headers['last-event-id']).toBe('6')
  leave.abort()
  await streamClosed
})

test('a page that goes away while its session is looked up asks the service for nothing', async () => {
  const { cookie } = await logIn('anna')
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  let goOn: () => void = () => undefined
  held = new Promise((done) => {
    goOn = done
  })
  const connections = () =>
    new Promise<number>((done, fail) => app.server.getConnections((error, count) => (error ? fail(error) : done(count))))
  const leaving = httpRequest(`${url}/api/planning/v1/stream`, { headers: { cookie } }).on('error', () => undefined)
  leaving.end()
  await vi.waitFor(async () => expect(await connections()).toBe(1))
  leaving.destroy()
  await vi.waitFor(async () => expect(await connections()).toBe(0))
  goOn()
  const later = await fetch(`${url}/api/planning/v1/region`, { headers: { cookie } })
  expect([later.status, received.map((each) => each.url)]).toEqual([200, ['/v1/region']])
})
