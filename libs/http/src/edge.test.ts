import { RejectionError, reject } from '@samresa/kernel'
import { expect, test } from 'vitest'
import { aService, by, stranger, yonas } from './test-service.ts'

const items = `/v1/participants/${yonas}/items`

test('the first thing that is wrong is told: token, role, purpose, body', async () => {
  const { service } = aService()
  const put = async (headers: Record<string, string>, payload: object) => {
    const { statusCode, json } = await service.inject({ method: 'PUT', url: items, headers, payload })
    return [statusCode, json().code]
  }
  const bad = { owner: 'SOC' }
  expect(await put({}, bad)).toEqual([401, 'TOKEN_MISSING'])
  expect(await put({ authorization: 'Basic anna' }, bad)).toEqual([401, 'TOKEN_MISSING'])
  expect(await put(by('nobody'), bad)).toEqual([401, 'TOKEN_INVALID'])
  expect(await put({ authorization: 'Bearer yonas' }, bad)).toEqual([403, 'FORBIDDEN'])
  expect(await put({ authorization: 'Bearer frida' }, bad)).toEqual([403, 'FORBIDDEN'])
  expect(await put({ authorization: 'Bearer anna' }, bad)).toEqual([400, 'PURPOSE_REQUIRED'])
  expect(await put(by('anna', { 'samresa-purpose': 'curiosity' }), bad)).toEqual([400, 'PURPOSE_REQUIRED'])
  expect(await put(by('anna', { 'samresa-purpose': 'own' }), bad)).toEqual([400, 'PURPOSE_REQUIRED'])
  expect(await put(by('anna'), bad)).toEqual([400, 'INVALID_FIELD'])
  expect(await put(by('anna'), { owner: 'AF', weekly: [] })).toEqual([428, 'PRECONDITION_REQUIRED'])
  expect(await put(by('anna', { 'if-match': '"0"' }), { owner: 'AF', weekly: [] })).toEqual([412, 'STALE'])
})

test('a missing token asks for a Bearer, missing keys ask to come back', async () => {
  const { service } = aService()
  expect((await service.inject({ url: items })).headers['www-authenticate']).toBe('Bearer')
  const { statusCode, headers } = await service.inject({ url: items, headers: by('keyless') })
  expect([statusCode, headers['retry-after']]).toEqual([503, '5'])
})

test('a participant needs no purpose', async () => {
  const { service, records } = aService()
  expect((await service.inject({ url: items, headers: by('yonas') })).statusCode).toBe(200)
  expect(records).toMatchObject([{ purpose: 'own' }])
})

test('every answer has a correlation id of its own, the one in the problem too, and is not kept by anybody', async () => {
  const { service } = aService()
  const answers = await Promise.all(['/v1/nothing', items, '/v1/%zz', '/livez'].map((url) => service.inject({ url })))
  const ids = answers.map(({ headers }) => headers['samresa-correlation-id'])
  expect(new Set(ids).size).toBe(4)
  for (const { headers, statusCode, json } of answers) {
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    if (statusCode >= 400) expect(json().correlationId).toBe(headers['samresa-correlation-id'])
  }
})

test('unknown, forbidden, malformed and unrouted look alike but for instance and correlation id', async () => {
  const { service } = aService()
  const urls = [
    `/v1/participants/${stranger}/items`,
    '/v1/participants/nonsense/items',
    '/v1/participants//items',
    '/v1/nothing',
    '/v1/%zz',
  ]
  const answers = await Promise.all(urls.map((url) => service.inject({ url, headers: by('anna') })))
  const bodies = answers.map(({ json }) => ({ ...json(), instance: '', correlationId: '' }))
  for (const body of bodies) expect(body).toEqual(bodies[0])
  const heads = answers.map(({ statusCode, headers }) => [
    statusCode,
    { ...headers, 'content-length': '', date: '', 'samresa-correlation-id': '' },
  ])
  for (const head of heads) expect(head).toEqual(heads[0])
  expect(answers[0]!.json()).toEqual({
    type: 'urn:samresa:problem:not-found',
    title: 'Not Found',
    status: 404,
    detail: expect.any(String),
    instance: urls[0],
    code: 'NOT_FOUND',
    correlationId: answers[0]!.headers['samresa-correlation-id'],
  })
})

test('the address that a problem repeats is without its query', async () => {
  const { service } = aService()
  const answer = await service.inject({ url: `${items}?limit=x&personalNumber=canary`, headers: by('anna') })
  expect(answer.statusCode).toBe(400)
  expect(answer.body).not.toContain('canary')
})

test('what is not JSON, not readable or too large is told apart', async () => {
  const { service } = aService({ bodyLimit: 1_024 })
  const put = async (payload: string, type = 'application/json') => {
    const answer = await service.inject({ method: 'PUT', url: items, headers: by('anna', { 'content-type': type }), payload })
    return [answer.statusCode, answer.json().code]
  }
  expect(await put('{"owner"')).toEqual([400, 'MALFORMED_JSON'])
  expect(await put('{"__proto__":{}}')).toEqual([400, 'MALFORMED_JSON'])
  expect(await put('owner=AF', 'application/x-www-form-urlencoded')).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  expect(await put('x', 'text/plain')).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  expect(await put(JSON.stringify({ owner: 'x'.repeat(1_024) }))).toEqual([413, 'BODY_TOO_LARGE'])
  expect(await put('')).toEqual([400, 'INVALID_FIELD'])
})

test('a bug tells the caller nothing and is logged once', async () => {
  const { service, logged } = aService()
  const answer = await service.inject({ method: 'POST', url: '/v1/search', headers: by('anna'), payload: { bug: true } })
  expect([answer.statusCode, answer.json().code]).toEqual([500, 'INTERNAL'])
  expect(answer.body + logged.join('')).not.toContain('canary')
  expect(logged).toHaveLength(1)
  expect(logged[0]).toContain(answer.json().correlationId)
})

test('what lies behind a refusal is logged: as an error when this side could not, without what it quotes', async () => {
  const verify = async (token: string) => {
    const cause = Object.assign(new Error('canary'), { code: 'ECONNREFUSED' })
    if (token === 'keyless') throw new RejectionError(reject('unavailable', 'KEYS_UNAVAILABLE', 'Try again.'), { cause })
    throw new RejectionError(reject('unauthenticated', 'TOKEN_INVALID', 'Get a new token.'), token === 'plain' ? {} : { cause })
  }
  const { service, logged } = aService({ verifier: { verify } })
  for (const token of ['keyless', 'forged', 'plain']) await service.inject({ url: items, headers: by(token) })
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', code: 'KEYS_UNAVAILABLE', method: 'GET', err: { cause: { code: 'ECONNREFUSED' } } },
    { level: 'info', code: 'TOKEN_INVALID' },
  ])
  expect(logged.join('')).not.toContain('canary')
})

test('headers reach the handler: the version without quotes, the idempotency key up to 200 characters', async () => {
  const { service } = aService()
  const put = (headers: Record<string, string>) =>
    service.inject({ method: 'PUT', url: items, headers: by('anna', headers), payload: { owner: 'AF', weekly: [] } })
  const answer = await put({ 'if-match': 'W/"1"', 'idempotency-key': 'k'.repeat(200) })
  expect(answer.json()).toEqual({ owner: 'AF', tag: '1', key: 'k'.repeat(200) })
  expect(answer.headers['etag']).toBe('"2"')
  expect((await put({ 'if-match': '"1"', 'idempotency-key': 'k'.repeat(201) })).json().code).toBe('IDEMPOTENCY_KEY_TOO_LONG')
})

test('what is missing is told with its reason, and a process that only a new one can help is dead', async () => {
  let database: true | string = 'not reachable'
  let live = true
  const { service } = aService({ ready: async () => ({ database, keys: true }), live: () => live })
  const asked = async (url: string) => {
    const { statusCode, json } = await service.inject({ url })
    return [statusCode, json()]
  }
  const checks = { database: 'not reachable', keys: 'ok', edge: 'ok' }
  expect(await asked('/readyz')).toEqual([503, { ready: false, checks }])
  database = true
  expect(await asked('/readyz')).toEqual([200, { ready: true, checks: { ...checks, database: 'ok' } }])
  expect(await asked('/livez')).toEqual([200, { status: 'alive' }])
  live = false
  expect(await asked('/livez')).toEqual([503, { status: 'dead' }])
})
