import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type JourneyApp, startJourneyApp } from '../../testing/journey-app.ts'
import { groupAdded, matchingRecorded, overlapDetected, trainingAdded } from '../../testing/plan-events.ts'

let app: JourneyApp
let id: string
let timeline: string
beforeAll(async () => {
  app = await startJourneyApp()
})
beforeEach(async () => {
  id = (await app.enrol()).id
  timeline = `/v1/participants/${id}/timeline`
  await app.service.caughtUp()
})
afterEach(() => {
  app.tokens.livesMs = 600_000
})
afterAll(() => app.close())

const titles = async (user: string, query = '?limit=200') => {
  const { body } = await app.call(user, 'GET', `${timeline}${query}`)
  return body.items.map((item: { title: { sv: string } }) => item.title.sv)
}

test('the caseworker reads everything in order, told in plain words', async () => {
  const correlationId = await app.planningTells(id, matchingRecorded(), overlapDetected('2026-04-29T07:00:00.001Z'))
  await app.planningTells(id, trainingAdded('2026-04-28T07:00:00.000Z'))
  expect((await titles('anna')).slice(4)).toEqual([
    'Ny insats i planen: Arbetsträning second hand',
    'Arbetsförmedlingen har anmält Rusta och matcha 2',
    'Krock upptäckt: två insatser på samma tid',
  ])
  const { body } = await app.call('anna', 'GET', `${timeline}?order=desc&limit=2&page=1`)
  expect(body).toMatchObject({ page: 1, limit: 2, total: 7, cursor: '4.3' })
  expect(body.items[1]).toEqual({
    eventId: expect.any(String),
    type: 'samresa.planning.v1.AgencyMeasureRecorded',
    occurredAt: '2026-04-29T07:00:00.000Z',
    recordedAt: expect.any(String),
    source: 'planning',
    correlationId,
    view: 'whole',
    title: { sv: 'Arbetsförmedlingen har anmält Rusta och matcha 2' },
    data: matchingRecorded().data,
  })
})

test('a masked row says when and nothing else, and a conflict in between only that time is taken', async () => {
  await app.planningTells(id, trainingAdded(), matchingRecorded(), overlapDetected('2026-04-29T07:00:00.001Z'))
  const { body } = await app.call('eva', 'GET', `${timeline}?limit=200`)
  const [masked, between] = body.items.slice(-2)
  expect(masked).toEqual({
    eventId: expect.any(String),
    occurredAt: '2026-04-29T07:00:00.000Z',
    view: 'masked',
    title: { sv: 'Upptagen tid' },
    data: { weekly: [{ days: ['MO', 'WE'], start: '09:00', end: '12:00' }], from: '2026-05-04', to: '2026-11-03' },
  })
  expect(between.title.sv).toBe('Krock med upptagen tid')
  expect(JSON.stringify(body)).not.toMatch(/Rusta|STO|"AF"|M2\.4/)
})

test('what is hidden is not counted', async () => {
  expect((await app.call('anna', 'GET', timeline)).body.total).toBe(4)
  expect((await app.call('eva', 'GET', timeline)).body.total).toBe(1)
})

test('the auditor sees every event with its texts sealed', async () => {
  await app.planningTells(id, groupAdded(), matchingRecorded())
  const { body } = await app.call('auditor', 'GET', `${timeline}?limit=200`)
  expect(body.total).toBe(6)
  expect(body.items.at(-1)).toMatchObject({
    view: 'sealed',
    title: { sv: 'Arbetsförmedlingen har anmält en insats' },
    data: { owner: 'AF', sealed: {} },
  })
  expect(JSON.stringify(body)).not.toMatch(/Rusta|Rörelse|health/)
})

test('a health measure whose areas are sealed at rest is judged by them', async () => {
  await app.call(id, 'DELETE', `/v1/participants/${id}/consents?between=AME,EB`)
  await app.call(id, 'POST', `/v1/participants/${id}/consents`, { between: ['AME', 'EB'], from: '2026-01-01', except: ['health'] })
  await app.planningTells(id, trainingAdded(), groupAdded())
  expect(await titles('eva')).toEqual(expect.arrayContaining(['Ny insats i planen: Arbetsträning second hand', 'Upptagen tid']))
})

test('every reading leaves a record before its answer, and so does a refused one', async () => {
  await app.call('eva', 'GET', timeline)
  await app.call('nils', 'GET', timeline)
  const records = await app.accessRecords()
  const about = records.filter(({ subject, route }) => subject === id && route === 'GET /v1/participants/:id/timeline')
  expect(about.map(({ subject, user, agency, purpose, decision }) => ({ subject, user, agency, purpose, decision }))).toEqual([
    { subject: id, user: 'eva', agency: 'EB', purpose: 'planning', decision: 'ALLOWED' },
    { subject: id, user: 'nils', agency: 'AME', purpose: 'planning', decision: 'DENIED' },
  ])
})

test('a follower hears of what happens, in order, each with its record', async () => {
  const stream = await app.follow('anna', `${timeline}/stream`)
  const correlationId = await app.planningTells(id, trainingAdded(), matchingRecorded())
  const first = await stream.next()
  const second = await stream.next()
  expect([first, second].map((event) => [event?.event, event?.id, event?.data.title.sv])).toEqual([
    ['timeline', '4.1', 'Ny insats i planen: Arbetsträning second hand'],
    ['timeline', '4.2', 'Arbetsförmedlingen har anmält Rusta och matcha 2'],
  ])
  const records = (await app.accessRecords()).filter(({ subject }) => subject === id)
  const deliveries = records.flatMap(({ deliveries }) => deliveries ?? [])
  expect(deliveries).toMatchObject([
    { correlationId, to: 'anna', view: 'whole', position: '1' },
    { correlationId, to: 'anna', view: 'whole', position: '2', eventId: second?.data.eventId },
  ])
  stream.leave()
})

test.each(['header', 'query'])('a follower resumes after the last event it had, named in the %s, and misses nothing', async (place) => {
  const { body } = await app.call('anna', 'GET', timeline)
  await app.planningTells(id, trainingAdded(), matchingRecorded())
  await app.call('anna', 'POST', `/v1/participants/${id}/consents`, { between: ['AF', 'EB'], from: '2026-04-28' })
  await app.service.caughtUp()
  const stream = await (place === 'header'
    ? app.follow('anna', `${timeline}/stream`, { 'last-event-id': body.cursor })
    : app.follow('anna', `${timeline}/stream?after=${body.cursor}`))
  await app.planningTells(id, overlapDetected())
  const received = [await stream.next(), await stream.next(), await stream.next(), await stream.next()]
  expect(received.map((event) => event?.id)).toEqual(['4.1', '4.2', '5.2', '5.3'])
  stream.leave()
})

test('nothing is lost or told twice between what is read and what comes live', async () => {
  const stream = await app.follow('anna', `${timeline}/stream?after=0.0`)
  const tell = async () => {
    for (let index = 0; index < 20; index++) await app.planningTells(id, trainingAdded())
  }
  const told = tell()
  const ids: (string | undefined)[] = []
  for (let index = 0; index < 24; index++) ids.push((await stream.next())?.id)
  await told
  expect(new Set(ids).size).toBe(24)
  expect(ids.at(-1)).toBe('4.20')
  stream.leave()
})

test('a withdrawal works on a stream that is open already', async () => {
  const stream = await app.follow('eva', `${timeline}/stream`)
  await app.planningTells(id, trainingAdded())
  expect((await stream.next())?.data.view).toBe('whole')
  await app.call(id, 'DELETE', `/v1/participants/${id}/consents?between=AME,EB`)
  await app.planningTells(id, trainingAdded())
  const [withdrawn, masked] = [await stream.next(), await stream.next()]
  expect(withdrawn?.data.type).toBe('samresa.journey.v1.ConsentWithdrawn')
  expect(masked?.data).toMatchObject({ view: 'masked', title: { sv: 'Upptagen tid' } })
  expect(JSON.stringify(masked)).not.toContain('Arbetsträning')
  stream.leave()
})

test('a withdrawal while the record of a row is being written counts for that row', async () => {
  const stream = await app.follow('eva', `${timeline}/stream`)
  const { commits } = app.store
  const { append } = commits
  const participant = `participant-${id}`
  const before = (await commits.readStream(participant)).length
  let withdrawn: Promise<unknown> | undefined
  commits.append = async (draft, after) => {
    if (draft.stream === 'access-journey' && withdrawn === undefined) {
      // Its own record waits behind this one, so what is waited for is the withdrawal, not its answer.
      withdrawn = app.call(id, 'DELETE', `/v1/participants/${id}/consents?between=AME,EB`)
      await expect.poll(async () => (await commits.readStream(participant)).length).toBeGreaterThan(before)
    }
    return append(draft, after)
  }
  try {
    await app.planningTells(id, trainingAdded())
    const first = await stream.next()
    await withdrawn
    expect(JSON.stringify(first)).not.toContain('Arbetsträning')
    expect(first?.data).toMatchObject({ view: 'masked', title: { sv: 'Upptagen tid' } })
  } finally {
    commits.append = append
    stream.leave()
  }
  const views = (await app.accessRecords())
    .filter(({ subject, user }) => subject === id && user === 'eva')
    .flatMap(({ deliveries }) => deliveries ?? [])
    .map(({ view }) => view)
  expect(views.slice(0, 2)).toEqual(['whole', 'masked'])
})

test('a stream ends with a word when the token runs out', async () => {
  app.tokens.livesMs = 150
  const stream = await app.follow('anna', `${timeline}/stream`)
  expect((await stream.next())?.event).toBe('expired')
  expect(await stream.next()).toBeUndefined()
})

test('a position that is none of ours is refused before the stream begins', async () => {
  const refused = await app.call('anna', 'GET', `${timeline}/stream?after=nonsense`)
  expect([refused.status, refused.body.code]).toEqual([400, 'INVALID_FIELD'])
})
