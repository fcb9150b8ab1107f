import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RejectionError } from '@samresa/kernel'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createKeySource, type KeySource } from './key-source.ts'
import { jwksOf, type LocalIssuer, makeKey, showing, startLocalIssuer } from './testing/local-issuer.ts'

const key = makeKey('k1')
const other = makeKey('k2')
const hour = 3_600_000
let local: LocalIssuer
let folder: string
let clock: number

beforeEach(async () => {
  local = await startLocalIssuer(key)
  folder = mkdtempSync(join(tmpdir(), 'samresa-keys-'))
  clock = 1_800_000_000_000
})
afterEach(async () => {
  await local.close()
  rmSync(folder, { recursive: true })
})

const source = (options: { file?: string; timeoutMs?: number } = {}) =>
  createKeySource({ url: local.jwksUrl, now: () => clock, ...options })

const kindOf = async (keys: KeySource, kid = 'k1'): Promise<string> => {
  try {
    return (await keys.get(kid)).type
  } catch (error) {
    return error instanceof RejectionError ? error.rejection.kind : String(error)
  }
}

const faults: [string, LocalIssuer['answer']][] = [
  ['answers HTML', showing('<!doctype html><p>Sign in</p>')],
  ['answers 500', (_request, response) => response.writeHead(500).end(JSON.stringify(jwksOf(key)))],
  ['answers an empty key set', showing({ keys: [] })],
  ['answers null', showing('null')],
  ['answers nothing', showing('')],
  ['shows only keys for another use', showing({ keys: jwksOf(key).keys.map((jwk) => ({ ...jwk, use: 'enc' })) })],
  [
    'sends elsewhere',
    ({ url }, response) =>
      url === '/elsewhere' ? response.end(JSON.stringify(jwksOf(key))) : response.writeHead(302, { location: '/elsewhere' }).end(),
  ],
  ['hangs', () => undefined],
  ['breaks the connection', (request) => request.socket.destroy()],
]

test.each(faults)('without keys, a key address that %s means unavailable', async (_fault, answer) => {
  local.answer = answer
  expect(await kindOf(source({ timeoutMs: 200 }))).toBe('unavailable')
})

test.each(faults)('known keys go on while the key address %s', async (_fault, answer) => {
  const keys = source({ timeoutMs: 200 })
  await keys.get('k1')
  local.answer = answer
  clock += hour
  expect(await kindOf(keys, 'k2')).toBe('unauthenticated')
  expect(await kindOf(keys)).toBe('public')
})

test('keys that the issuer has not confirmed for a day count for nothing', async () => {
  const keys = source()
  await keys.get('k1')
  await local.close()
  clock += 24 * hour - 1
  expect(keys.current()).toBeDefined()
  clock += 1
  expect(keys.current()).toBeUndefined()
  expect(await kindOf(keys)).toBe('unavailable')
})

test('unknown key names make the issuer be asked at most once in five seconds', async () => {
  const keys = source()
  await keys.get('k1')
  clock += 5_000
  for (let guess = 0; guess < 50; guess++) await kindOf(keys, `guess-${guess}`)
  expect(local.requests).toBe(2)
  clock += 4_999
  await kindOf(keys, 'guess')
  expect(local.requests).toBe(2)
  clock += 1
  await kindOf(keys, 'guess')
  expect(local.requests).toBe(3)
})

test('keys older than a minute are asked for anew without anyone waiting, and a withdrawn key then counts no more', async () => {
  const keys = source()
  await keys.get('k1')
  const first = keys.current()
  local.answer = showing(jwksOf(other))
  clock += 60_000
  expect(await kindOf(keys)).toBe('public')
  await vi.waitUntil(() => keys.current() !== first)
  expect(await kindOf(keys)).toBe('unauthenticated')
  expect(await kindOf(keys, 'k2')).toBe('public')
})

test('asking which keys are in force is enough to have old ones renewed', async () => {
  const keys = source()
  await keys.get('k1')
  const first = keys.current()
  local.answer = showing(jwksOf(key, other))
  clock += 60_000
  keys.current()
  await vi.waitUntil(() => keys.current() !== first)
})

test('after an outage from the start the keys come as soon as the issuer answers, asked at most once a second', async () => {
  const { answer } = local
  local.answer = (_request, response) => response.writeHead(503).end()
  const keys = source()
  await kindOf(keys)
  await kindOf(keys)
  expect(local.requests).toBe(1)
  local.answer = answer
  clock += 1_000
  expect(await kindOf(keys)).toBe('public')
})

test('a restart while the issuer is away goes on with the keys in the file', async () => {
  const file = join(folder, 'keys.json')
  await source({ file }).get('k1')
  await local.close()
  clock += hour
  expect(await kindOf(source({ file }))).toBe('public')
  clock += 24 * hour
  expect(await kindOf(source({ file }))).toBe('unavailable')
})

test('the key file holds public keys only and is readable by its owner only', async () => {
  const file = join(folder, 'keys.json')
  local.answer = showing({ keys: [{ ...key.privateKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }] })
  await source({ file }).get('k1')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')).keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
})

test('a key file of another issuer, or one that is damaged, counts as none', async () => {
  const file = join(folder, 'keys.json')
  await createKeySource({ url: `${local.jwksUrl}?other`, file, now: () => clock }).get('k1')
  await local.close()
  expect(await kindOf(source({ file }))).toBe('unavailable')
  writeFileSync(file, '{"url":')
  expect(await kindOf(source({ file }))).toBe('unavailable')
})

test('a key file that cannot be written does not cost the keys', async () => {
  expect(await kindOf(source({ file: join(folder, 'no-such-folder', 'keys.json') }))).toBe('public')
})
