import { newId } from '@samresa/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type JourneyApp, startJourneyApp } from '../../testing/journey-app.ts'

let app: JourneyApp
let id: string
beforeAll(async () => {
  app = await startJourneyApp()
  const yonas = await app.enrol()
  id = yonas.id
  routes['POST search'] = { path: '/v1/participants/search', body: { personalNumber: yonas.personalNumber } }
  app.letIn('yonas', id)
  app.letIn('halima', newId())
})
afterAll(() => app.close())

const routes: Record<string, { path: string; body?: unknown }> = {
  'POST enrolment': { path: '/v1/participants', body: {} },
  'GET caseload': { path: '/v1/participants' },
  'POST search': { path: '/v1/participants/search' },
  'GET participant': { path: '/v1/participants/ID' },
  'POST consent': { path: '/v1/participants/ID/consents', body: { between: ['AME', 'FK'], from: '2026-04-28' } },
  'DELETE consent': { path: '/v1/participants/ID/consents?between=AME,VUX' },
  'GET timeline': { path: '/v1/participants/ID/timeline' },
  'GET stream': { path: '/v1/participants/ID/timeline/stream?after=nonsense' },
}

/** Statuses in the order of `routes`. 400: the role may, the body or position of the test is malformed; 404: not theirs, or no such consent. */
const expected: Record<string, number[]> = {
  anna: [400, 200, 200, 200, 201, 404, 200, 400],
  nils: [400, 200, 200, 404, 404, 404, 404, 404],
  eva: [403, 403, 200, 200, 403, 403, 200, 400],
  vera: [403, 403, 200, 404, 403, 403, 404, 404],
  'af-system': [403, 403, 403, 403, 403, 403, 200, 400],
  yonas: [403, 403, 403, 200, 201, 404, 200, 400],
  halima: [403, 403, 403, 404, 404, 404, 404, 404],
  auditor: [403, 403, 403, 403, 403, 403, 200, 400],
  operator: [403, 403, 403, 403, 403, 403, 403, 403],
  scenario: [403, 403, 403, 200, 403, 403, 200, 400],
  nobody: [401, 401, 401, 401, 401, 401, 401, 401],
}

test.each(Object.entries(expected))('%s may use exactly these routes', async (user, statuses) => {
  const found: number[] = []
  for (const [name, { path, body }] of Object.entries(routes)) {
    found.push((await app.call(user, name.split(' ')[0]!, path.replace('ID', id), body)).status)
  }
  expect(found).toEqual(statuses)
})

test('a participant who is not yours looks like one that does not exist', async () => {
  const unknown = await app.call('nils', 'GET', `/v1/participants/${newId()}/timeline`)
  const notHis = await app.call('nils', 'GET', `/v1/participants/${id}/timeline`)
  const bare = ({ body: { instance: _instance, correlationId: _correlationId, ...rest } }: typeof unknown) => rest
  expect(bare(notHis)).toEqual(bare(unknown))
  expect([notHis.status, unknown.status]).toEqual([404, 404])
})

test('search answers somebody without a relation as if nobody were enrolled, and records the attempt', async () => {
  const search = (user: string) => app.call(user, 'POST', '/v1/participants/search', routes['POST search']?.body)
  expect((await search('nils')).body).toEqual({ items: [], page: 1, limit: 20, total: 0 })
  expect((await app.accessRecords()).at(-1)).toMatchObject({ subject: id, user: 'nils', decision: 'DENIED' })
  await search('anna')
  expect((await app.accessRecords()).at(-1)).toMatchObject({ subject: id, user: 'anna', decision: 'ALLOWED' })
})

test('staff must say why', async () => {
  const answer = await app.call('anna', 'GET', `/v1/participants/${id}/timeline`, undefined, { 'samresa-purpose': '' })
  expect([answer.status, answer.body.code]).toEqual([400, 'PURPOSE_REQUIRED'])
})

test('every route stands in the OpenAPI document', async () => {
  const { body } = await app.call('anna', 'GET', '/v1/openapi.json')
  expect(Object.keys(body.paths).toSorted()).toEqual([
    '/v1/parked',
    '/v1/parked/{id}/retry',
    '/v1/parked/{id}/skip',
    '/v1/participants',
    '/v1/participants/search',
    '/v1/participants/{id}',
    '/v1/participants/{id}/consents',
    '/v1/participants/{id}/timeline',
    '/v1/participants/{id}/timeline/stream',
  ])
})
