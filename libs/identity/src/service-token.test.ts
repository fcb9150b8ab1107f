import { RejectionError } from '@samresa/kernel'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createServiceToken, type ServiceToken } from './service-token.ts'
import { type LocalIssuer, startLocalIssuer } from './testing/local-issuer.ts'

let local: LocalIssuer
let clock: number
let authorization: string[]
let issued: number

const giving =
  (seconds: number): LocalIssuer['answer'] =>
  (request, response) => {
    authorization.push(request.headers.authorization ?? '')
    issued += 1
    response.end(JSON.stringify({ access_token: `token-${issued}`, expires_in: seconds }))
  }

beforeEach(async () => {
  local = await startLocalIssuer()
  local.answer = giving(300)
  clock = 1_800_000_000_000
  authorization = []
  issued = 0
})
afterEach(() => local.close())

const service = (options: { timeoutMs?: number } = {}): ServiceToken =>
  createServiceToken({ issuer: local.issuer, clientId: 'planning-service', clientSecret: 's:1', now: () => clock, ...options })

const outcomeOf = (service: ServiceToken): Promise<string> =>
  service.token().catch((error: unknown) => (error instanceof RejectionError ? error.rejection.kind : String(error)))

test('the client proves itself by HTTP Basic, and a secret may hold any character', async () => {
  expect(await service().token()).toBe('token-1')
  expect(authorization).toEqual([`Basic ${btoa('planning-service:s%3A1')}`])
})

test('two hundred who ask at the same time cause one request, and those after them none', async () => {
  const own = service()
  const tokens = await Promise.all(Array.from({ length: 200 }, () => own.token()))
  expect([new Set(tokens).size, await own.token(), local.requests]).toEqual([1, 'token-1', 1])
})

test('a token in its last fifth is renewed while the old one is handed out', async () => {
  const own = service()
  await own.token()
  clock += 239_000
  expect([await own.token(), local.requests]).toEqual(['token-1', 1])
  clock += 1_000
  expect(await own.token()).toBe('token-1')
  await vi.waitUntil(async () => (await own.token()) === 'token-2')
})

test('a token that ends within five seconds is handed to nobody', async () => {
  const own = service()
  await own.token()
  clock += 295_000
  expect(await own.token()).toBe('token-2')
})

const faults: [string, LocalIssuer['answer']][] = [
  ['refuses the client', (_request, response) => response.writeHead(401).end('{"error":"invalid_client"}')],
  ['answers 500', (_request, response) => response.writeHead(500).end()],
  ['answers HTML', (_request, response) => response.end('<!doctype html><p>Sign in</p>')],
  ['answers null', (_request, response) => response.end('null')],
  ['answers without a token', (_request, response) => response.end('{"expires_in":300}')],
  ['sends elsewhere', (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
  ['hangs', () => undefined],
  ['breaks the connection', (request) => request.socket.destroy()],
]

test.each(faults)('without a token, an issuer that %s means unavailable', async (_fault, answer) => {
  local.answer = answer
  expect(await outcomeOf(service({ timeoutMs: 200 }))).toBe('unavailable')
})

test.each(faults)('the old token serves for as long as it lasts while the issuer %s', async (_fault, answer) => {
  const own = service({ timeoutMs: 200 })
  await own.token()
  local.answer = answer
  clock += 290_000
  expect(await outcomeOf(own)).toBe('token-1')
  clock += 5_000
  expect(await outcomeOf(own)).toBe('unavailable')
})

test('an issuer that is away is asked at most once a second, and its first answer heals', async () => {
  local.answer = (_request, response) => response.writeHead(503).end()
  const own = service()
  await outcomeOf(own)
  await outcomeOf(own)
  expect(local.requests).toBe(1)
  local.answer = giving(300)
  clock += 1_000
  expect(await outcomeOf(own)).toBe('token-1')
})

test('the secret is in no refusal', async () => {
  local.answer = (_request, response) => response.writeHead(401).end('{"error":"invalid_client"}')
  const refusal = await service()
    .token()
    .catch((error: Error) => error)
  expect(String((refusal as Error).cause)).toMatch(/401.*invalid_client/)
  expect(JSON.stringify([refusal, String((refusal as Error).cause)])).not.toContain('s:1')
})
