import { create, toBinary } from '@bufbuild/protobuf'
import { status } from '@grpc/grpc-js'
import { gateway as contract } from '@samresa/contracts'
import { expect, test } from 'vitest'
import { useInstance } from '../product/live-instance.ts'
import { createRestClient, type Problem } from '../product/rest-client.ts'
import { matchingReport, messagesOf, yonasId } from '../product/yonas.ts'

const instance = useInstance(15_100)
const af = () => instance.current.gateway('af-system')
const unknownId = '00000000-0000-4000-8000-000000000000'
const planPath = (id: string) => `/v1/participants/${id}/plan`

/** The token with another payload under the same signature. */
const forged = (token: string, change: Record<string, unknown>): string => {
  const [header, payload, signature] = token.split('.')
  const claims = { ...JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8')), ...change }
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
}

test('a unary call without a deadline is INVALID_ARGUMENT', async () => {
  await expect(af().reportMeasure(matchingReport, { deadlineMs: undefined })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT })
})

test('a message above 64 KiB is RESOURCE_EXHAUSTED', async () => {
  const large = { ...matchingReport, measure: { ref: 'L', version: 1n, title: 'x'.repeat(70_000) } }
  await expect(af().reportMeasure(large)).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED })
})

test('bytes that are no message are INVALID_ARGUMENT', async () => {
  await expect(af().sendBytes('ReportMeasure', Uint8Array.from([0xff, 0xff, 0xff]))).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
  })
})

test.each([
  ['no token', () => undefined],
  ['a token that is none', () => 'abc'],
  ['a token whose expiry was changed', (token: string) => forged(token, { exp: 4_000_000_000 })],
  ['a token whose audience was changed', (token: string) => forged(token, { aud: 'someone-else' })],
  ['a token with something behind it', (token: string) => `${token}.x`],
])('%s is UNAUTHENTICATED over gRPC and 401 over REST', async (_, change) => {
  const token = change(await instance.current.tokenOf('af-system'))
  await expect(af().reportMeasure(matchingReport, { token })).rejects.toMatchObject({ code: status.UNAUTHENTICATED })
  const rest = createRestClient({
    services: instance.current.ready.services,
    token: () => (token === undefined ? undefined : Promise.resolve(token)),
    purpose: 'planning',
  })
  const answer = await rest.call<Problem>('GET', 'planning', planPath(yonasId(instance.current)))
  expect(answer.status).toBe(401)
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
})

test('a role that may never report is PERMISSION_DENIED', async () => {
  await expect(instance.current.gateway('anna').reportMeasure(matchingReport)).rejects.toMatchObject({ code: status.PERMISSION_DENIED })
  await expect(instance.current.gateway('yonas').reportMeasure(matchingReport)).rejects.toMatchObject({ code: status.PERMISSION_DENIED })
})

test.each([['not a cursor'], ['AAAA.BBBB'], [Buffer.from('{"agency":"AF","position":1}').toString('base64url')]])(
  'the forged cursor "%s" is OUT_OF_RANGE',
  async (cursor) => {
    const subscription = await af().subscribe(cursor)
    subscription.resume()
    expect(await subscription.ended).toMatchObject({ code: status.OUT_OF_RANGE })
  },
)

test("another agency's cursor is OUT_OF_RANGE", async () => {
  const messages = messagesOf(await af().subscribe('begin'))
  const first = await messages.next()
  const stolen = await instance.current.gateway('fk-system').subscribe(first.value?.cursor ?? '')
  stolen.resume()
  expect(await stolen.ended).toMatchObject({ code: status.OUT_OF_RANGE })
  await messages.return?.()
})

test('a cursor is a position: what follows it comes again, in the same order', async () => {
  const read = async (cursor: string, count: number) => {
    const messages = messagesOf(await af().subscribe(cursor))
    const found: contract.SubscribePlanChangesResponse[] = []
    while (found.length < count) found.push((await messages.next()).value)
    await messages.return?.()
    return found
  }
  const all = await read('begin', 6)
  const rest = await read(all[2]?.cursor ?? '', 3)
  expect(rest.map(({ eventId }) => eventId)).toEqual(all.slice(3).map(({ eventId }) => eventId))
})

test.each([[undefined], ['curiosity']])('the purpose %s is refused', async (purpose) => {
  const rest = createRestClient({ services: instance.current.ready.services, token: () => instance.current.tokenOf('anna'), purpose })
  const answer = await rest.call<Problem>('GET', 'planning', planPath(yonasId(instance.current)))
  expect([answer.status, answer.body.code]).toEqual([400, 'PURPOSE_REQUIRED'])
})

test("a participant's own calls need no purpose", async () => {
  expect((await instance.current.rest('yonas').call('GET', 'planning', planPath(yonasId(instance.current)))).status).toBe(200)
})

test.each([
  ['operator', 'GET', 'planning', 'plan'],
  ['auditor', 'POST', 'planning', 'measures'],
  ['yonas', 'POST', 'planning', 'proposals'],
  ['eva', 'POST', 'planning', 'measures'],
  ['anna', 'GET', 'audit', '/v1/traces/00000000-0000-4000-8000-000000000000'],
] as const)('%s may never %s %s %s: 403', async (user, method, service, route) => {
  const path = route.startsWith('/') ? route : `/v1/participants/${yonasId(instance.current)}/${route}`
  const answer = await instance.current.rest(user).call<Problem>(method, service, path, method === 'POST' ? { body: {} } : {})
  expect([answer.status, answer.body.code]).toEqual([403, 'FORBIDDEN'])
})

test.each(['journey', 'planning', 'agency-sync', 'audit'] as const)('the operator alone sees what %s could not handle', async (service) => {
  const seen = await instance.current.rest('operator').call('GET', service, '/v1/parked')
  expect([seen.status, seen.body]).toEqual([200, { items: [], page: 1, limit: 20, total: 0 }])
  for (const user of ['anna', 'auditor', 'yonas'])
    expect((await instance.current.rest(user).call('GET', service, '/v1/parked')).status).toBe(403)
})

test('what is unknown and what is not for the caller look the same', async () => {
  const nils = instance.current.rest('nils')
  const shown = async (id: string, path: string) => {
    const answer = await nils.call<Problem>('GET', path === 'timeline' ? 'journey' : 'planning', `/v1/participants/${id}/${path}`)
    const { instance: _, correlationId: __, ...rest } = answer.body
    return { status: answer.status, type: answer.headers.get('content-type'), rest }
  }
  for (const path of ['plan', 'conflicts', 'proposals', 'timeline']) {
    const forbidden = await shown(yonasId(instance.current), path)
    expect(forbidden.status).toBe(404)
    expect(await shown(unknownId, path)).toEqual(forbidden)
    expect(await shown('no-id-at-all', path)).toEqual(forbidden)
  }
})

test('a problem says its code, its correlation and which field to mend', async () => {
  const answer = await instance.current
    .rest('anna')
    .call<Problem>('POST', 'planning', `/v1/participants/${yonasId(instance.current)}/measures`, {
      body: { owner: 'AME', measure: { ref: 'X', from: '2026-13-01' }, agreed: true },
    })
  expect(answer.status).toBe(400)
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(answer.body.correlationId).toBe(answer.headers.get('samresa-correlation-id'))
  expect(answer.body.fields?.map(({ pointer }) => pointer)).toContain('/measure/from')
})

test('a body that is no JSON is 400 and one above the limit is 413', async () => {
  const path = `/v1/participants/${yonasId(instance.current)}/proposals/preview`
  const anna = instance.current.rest('anna')
  expect((await anna.call('POST', 'planning', path, { body: '{"changes":' })).status).toBe(400)
  expect((await anna.call('POST', 'planning', path, { body: { changes: ['x'.repeat(300_000)] } })).status).toBe(413)
})

test('a stream goes on although its reports are sent by the same client', async () => {
  const bytes = toBinary(contract.GetPlanRequestSchema, create(contract.GetPlanRequestSchema, { participantId: yonasId(instance.current) }))
  expect((await af().sendBytes('GetPlan', bytes)).byteLength).toBeGreaterThan(0)
  await expect(af().getPlan(unknownId)).rejects.toMatchObject({ code: status.NOT_FOUND })
})
