import { beforeAll, expect, test } from 'vitest'
import { useInstance } from '../product/live-instance.ts'
import { waitUntil } from '../product/wait-until.ts'
import { matchingReport, messagesOf, nextMessage, yonasId } from '../product/yonas.ts'

const instance = useInstance(15_400)

interface TraceStep {
  at: string
  service: string
  step: 'RECEIVED' | 'COMMITTED' | 'TIMELINE' | 'DELIVERED'
  type: string
  eventId: string
  to?: string
}
interface AccessRecord {
  at: string
  actor: { user: string; agency?: string; role: string }
  participantId: string
  service: string
  route: string
  purpose: string
  decision: string
  correlationId: string
}
const accessRecords = (user: string) =>
  instance.current.rest(user).all<AccessRecord>('audit', `/v1/access-records?participantId=${yonasId(instance.current)}`)

let correlationId = ''
beforeAll(async () => {
  const messages = messagesOf(await instance.current.gateway('af-system').subscribe(''))
  const receipt = await instance.current.gateway('af-system').reportMeasure(matchingReport)
  correlationId = receipt.correlationId
  await nextMessage(messages, (message) => message.correlationId === correlationId)
  await messages.return?.()
})

test('one report is followed from the call to the commit, the timeline and the delivery, in order', async () => {
  const auditor = instance.current.rest('auditor')
  const items = await waitUntil('all four steps are there', async () => {
    const found = await auditor.call<{ items: TraceStep[] }>('GET', 'audit', `/v1/traces/${correlationId}?limit=200`)
    return found.status === 200 && new Set(found.body.items.map(({ step }) => step)).size === 4 && found.body.items
  })
  expect(items[0]).toMatchObject({ step: 'RECEIVED', service: 'agency-sync' })
  expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => at).toSorted())
  expect(items.filter(({ step }) => step === 'COMMITTED').map(({ service }) => service)).toEqual(
    expect.arrayContaining(['agency-sync', 'planning']),
  )
  expect(items.find(({ step }) => step === 'DELIVERED')?.to).toContain('AF')
  const measureEvent = items.find(({ step, service }) => step === 'COMMITTED' && service === 'planning')
  expect(items.filter(({ eventId }) => eventId === measureEvent?.eventId).map(({ step }) => step)).toEqual(
    expect.arrayContaining(['COMMITTED', 'TIMELINE', 'DELIVERED']),
  )
})

test('a correlation nobody knows is 404', async () => {
  expect((await instance.current.rest('auditor').call('GET', 'audit', '/v1/traces/00000000-0000-4000-8000-000000000000')).status).toBe(404)
})

test('each read leaves who, whose, what and why, newest first', async () => {
  const read = await instance.current.rest('eva').call('GET', 'planning', `/v1/participants/${yonasId(instance.current)}/plan`)
  const correlation = read.headers.get('samresa-correlation-id')
  const records = await waitUntil('the read is recorded', async () => {
    const found = await accessRecords('auditor')
    return found.some((record) => record.correlationId === correlation) && found
  })
  const record = records.find((each) => each.correlationId === correlation)
  expect(record).toMatchObject({
    actor: { user: 'eva', agency: 'EB', role: 'officer' },
    participantId: yonasId(instance.current),
    service: 'planning',
    purpose: 'planning',
    decision: 'ALLOWED',
  })
  expect(record?.route).toContain('/plan')
  expect(records.map(({ at }) => at)).toEqual(
    records
      .map(({ at }) => at)
      .toSorted()
      .toReversed(),
  )
})

test('a refused read is recorded too', async () => {
  const refused = await instance.current.rest('nils').call('GET', 'planning', `/v1/participants/${yonasId(instance.current)}/plan`)
  const correlation = refused.headers.get('samresa-correlation-id')
  const record = await waitUntil('the refusal is recorded', async () =>
    (await accessRecords('auditor')).find((each) => each.correlationId === correlation),
  )
  expect(record).toMatchObject({ actor: { user: 'nils' }, decision: 'DENIED' })
})

test('a participant reads who has read about them, and nobody else', async () => {
  expect((await accessRecords('yonas')).length).toBeGreaterThan(0)
  const others = await instance.current.rest('rania').call('GET', 'audit', `/v1/access-records?participantId=${yonasId(instance.current)}`)
  expect(others.status).toBe(404)
})

test('lists tell their page and total', async () => {
  const { body } = await instance.current
    .rest('auditor')
    .call('GET', 'audit', `/v1/access-records?participantId=${yonasId(instance.current)}&page=2&limit=1`)
  expect(body).toMatchObject({ page: 2, limit: 1, items: [expect.anything()], total: expect.any(Number) })
  expect(
    (await instance.current.rest('auditor').call('GET', 'audit', `/v1/access-records?participantId=${yonasId(instance.current)}&limit=201`))
      .status,
  ).toBe(400)
})

/** The routes of surface.md §4, as OpenAPI writes them. */
const routes = {
  journey: [
    'POST /v1/participants',
    'POST /v1/participants/search',
    'POST /v1/participants/{}/consents',
    'DELETE /v1/participants/{}/consents',
    'GET /v1/participants/{}/timeline',
    'GET /v1/participants/{}/timeline/stream',
  ],
  planning: [
    'POST /v1/participants/{}/measures',
    'PUT /v1/participants/{}/measures/{}',
    'GET /v1/participants/{}/plan',
    'GET /v1/participants/{}/conflicts',
    'POST /v1/participants/{}/conflicts/{}/acknowledge',
    'POST /v1/participants/{}/conflicts/{}/until-decided',
    'POST /v1/participants/{}/proposals/preview',
    'POST /v1/participants/{}/proposals',
    'POST /v1/participants/{}/proposals/{}/responses',
  ],
  'agency-sync': ['POST /v1/reports'],
  audit: ['GET /v1/traces/{}', 'GET /v1/access-records'],
} as const

interface OpenApi {
  openapi: string
  paths: Record<
    string,
    Record<
      string,
      { requestBody?: { content?: Record<string, { example?: unknown; examples?: unknown; schema?: { examples?: unknown } }> } }
    >
  >
}

test.each(Object.entries(routes))('%s describes each of its routes, bodies with examples', async (service, expected) => {
  const answer = await fetch(`${instance.current.ready.services[service as keyof typeof routes]}/v1/openapi.json`)
  const document = (await answer.json()) as OpenApi
  expect(document.openapi).toMatch(/^3\.1/)
  const operations = new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path.replaceAll(/\{[^}]+\}/g, '{}')}`, operation]),
    ),
  )
  expect([...operations.keys()]).toEqual(expect.arrayContaining([...expected]))
  const described = expected
    .map((route) => [route, operations.get(route)?.requestBody?.content?.['application/json']] as const)
    .filter(([, body]) => body !== undefined)
  for (const [route, body] of described)
    expect([route, JSON.stringify(body?.example ?? body?.examples ?? body?.schema?.examples ?? undefined)]).not.toEqual([route, undefined])
})
