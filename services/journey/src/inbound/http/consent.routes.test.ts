import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { enrolmentOf, type JourneyApp, startJourneyApp } from '../../testing/journey-app.ts'
import { trainingAdded } from '../../testing/plan-events.ts'

let app: JourneyApp
let yonas: string
let consents: string
beforeAll(async () => {
  app = await startJourneyApp()
})
beforeEach(async () => {
  yonas = (await app.enrol()).id
  consents = `/v1/participants/${yonas}/consents`
})
afterAll(() => app.close())

const standing = async () => {
  const { body } = await app.call('anna', 'GET', consents.replace('/consents', ''))
  return body.consents
    .filter((consent: { withdrawnOn?: string }) => consent.withdrawnOn === undefined)
    .map(({ between }: { between: string[] }) => between)
}

test('the participant gives and withdraws a consent', async () => {
  const given = await app.call(yonas, 'POST', consents, {
    between: ['AF', 'EB'],
    from: '2026-04-28',
    to: '2026-12-31',
    except: ['health'],
  })
  expect(given.status).toBe(201)
  expect(given.body).toEqual({
    consentId: expect.any(String),
    between: ['AF', 'EB'],
    from: '2026-04-28',
    to: '2026-12-31',
    except: ['health'],
  })
  const withdrawn = await app.call(yonas, 'DELETE', `${consents}?consentId=${given.body.consentId}`)
  expect(withdrawn).toMatchObject({ status: 200, body: { consents: [{ ...given.body, withdrawnOn: '2026-04-28' }] } })
})

test.each([
  ['in the body', '', { between: ['AF', 'AME'] }],
  ['in the query', '?between=AME,AF', undefined],
])('a consent is withdrawn by its pair %s, and a second time changes nothing', async (_place, query, body) => {
  const first = await app.call('anna', 'DELETE', `${consents}${query}`, body)
  expect(first.body.consents).toHaveLength(1)
  expect(await standing()).toEqual([
    ['AME', 'EB'],
    ['AME', 'FK'],
  ])
  expect((await app.call('anna', 'DELETE', `${consents}${query}`, body)).body).toEqual(first.body)
})

test('a withdrawal of a consent that was never given is refused, and so is one that names none', async () => {
  expect((await app.call('anna', 'DELETE', `${consents}?between=AF,FK`)).status).toBe(404)
  const unnamed = await app.call('anna', 'DELETE', consents)
  expect([unnamed.status, unnamed.body.code]).toEqual([400, 'INVALID_FIELD'])
})

test('a consent with an end before its start is refused at the field', async () => {
  const refused = await app.call('anna', 'POST', consents, { between: ['AME', 'AF'], from: '2026-04-28', to: '2026-04-27' })
  expect([refused.status, refused.body.fields[0].pointer]).toEqual([400, '/to'])
})

test('an Idempotency-Key used for an enrolment is refused for a consent', async () => {
  const key = { 'idempotency-key': 'enrolment' }
  await app.call('anna', 'POST', '/v1/participants', enrolmentOf('Rania', app.aNumber()), key)
  const reused = await app.call('anna', 'POST', consents, { between: ['AF', 'EB'], from: '2026-04-28' }, key)
  expect([reused.status, reused.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED'])
})

test('a repeated Idempotency-Key gives one consent', async () => {
  const key = { 'idempotency-key': 'consent' }
  const give = () => app.call(yonas, 'POST', consents, { between: ['AF', 'EB'], from: '2026-04-28' }, key)
  expect((await give()).body).toEqual((await give()).body)
  expect(await standing()).toHaveLength(4)
})

test('what another agency sees is masked from the answer to a withdrawal on, and whole again with a new consent', async () => {
  await app.planningTells(yonas, trainingAdded())
  const viewOfTraining = async () => {
    const { body } = await app.call('eva', 'GET', `/v1/participants/${yonas}/timeline?limit=200`)
    return body.items.find((item: { data: { weekly?: object; measure?: object } }) => item.data.weekly ?? item.data.measure).view
  }
  expect(await viewOfTraining()).toBe('whole')
  await app.call(yonas, 'DELETE', `${consents}?between=AME,EB`)
  expect(await viewOfTraining()).toBe('masked')
  await app.call(yonas, 'POST', consents, { between: ['AME', 'EB'], from: '2026-04-28' })
  expect(await viewOfTraining()).toBe('whole')
})
