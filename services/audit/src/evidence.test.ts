import { newId } from '@samresa/kernel'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { accessed, rania, recorded, reported, startAuditRig, yonas } from './audit-rig.ts'

let rig: Awaited<ReturnType<typeof startAuditRig>>
let correlationId: string
beforeAll(async () => {
  rig = await startAuditRig()
})
beforeEach(() => {
  correlationId = newId()
})
afterAll(() => rig[Symbol.asyncDispose]())

const at = (milliseconds: number) => `2026-11-22T02:00:00.${String(milliseconds).padStart(3, '0')}Z`

/** One report from AF's call to the delivery on AF's stream. */
async function wholeWay() {
  const [told, planned] = [reported(at(1)), recorded()]
  await rig.commit('agency-sync', `reports-${yonas}`, { at: at(2), correlationId }, told)
  await rig.commit('planning', `plan-${yonas}`, { at: at(3), correlationId }, planned)
  const row = { eventId: planned.id, type: planned.type, participantId: yonas, shownAt: at(4), correlationId }
  rig.timeline.push(row)
  const delivered = { eventId: planned.id, type: planned.type, correlationId, to: 'AF', view: 'whole', position: '1' }
  const access = accessed(yonas, { at: at(5), correlationId: 'stream-1', deliveries: [delivered] })
  await rig.commit('agency-sync', 'access-agency-sync', { at: at(5), correlationId: newId() }, access)
  return { told, planned }
}

test('a trace follows one call from its reception to its delivery, in order', async () => {
  const { told, planned } = await wholeWay()
  const { status, body } = await rig.get('auditor', `/v1/traces/${correlationId}`)
  expect(status).toBe(200)
  const reportedStep = { service: 'agency-sync', type: told.type, eventId: told.id }
  expect(body).toEqual({
    items: [
      { at: at(1), step: 'RECEIVED', ...reportedStep },
      { at: at(2), step: 'COMMITTED', ...reportedStep },
      { at: at(3), step: 'COMMITTED', service: 'planning', type: planned.type, eventId: planned.id },
      { at: at(4), step: 'TIMELINE', service: 'journey', type: planned.type, eventId: planned.id },
      { at: at(5), step: 'DELIVERED', service: 'agency-sync', type: planned.type, eventId: planned.id, to: 'AF' },
    ],
    page: 1,
    limit: 20,
    total: 5,
  })
})

test('a trace comes in pages', async () => {
  await wholeWay()
  const { body } = await rig.get('auditor', `/v1/traces/${correlationId}?page=2&limit=2`)
  expect(body).toMatchObject({ page: 2, limit: 2, total: 5 })
  expect(body.items.map(({ step }: { step: string }) => step)).toEqual(['COMMITTED', 'TIMELINE'])
})

test('a correlation that nobody knows has no trace', async () => {
  expect(await rig.get('auditor', `/v1/traces/${correlationId}`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
})

test('only the auditor may follow traces', async () => {
  for (const user of ['anna', 'yonas']) expect(await rig.get(user, `/v1/traces/${correlationId}`)).toMatchObject({ status: 403 })
})

test('access records come newest first, in pages, with a total', async () => {
  const records = Array.from({ length: 5 }, (_, index) => accessed(rania, { at: at(100 + index), correlationId: `read-${index}` }))
  await rig.commit('planning', 'access-planning', { at: at(200), correlationId: newId() }, ...records)
  const { body } = await rig.get('auditor', `/v1/access-records?participantId=${rania}&page=2&limit=2`)
  expect(body).toMatchObject({ page: 2, limit: 2, total: 5 })
  expect(body.items).toEqual(
    [2, 1].map((index) => ({
      at: at(100 + index),
      actor: { user: 'anna', agency: 'AME', role: 'caseworker' },
      participantId: rania,
      service: 'planning',
      route: 'GET /v1/participants/:id/plan',
      purpose: 'planning',
      decision: 'ALLOWED',
      correlationId: `read-${index}`,
    })),
  )
})

test('reading evidence is itself on record', async () => {
  await wholeWay()
  await rig.get('auditor', `/v1/traces/${correlationId}`)
  const { body } = await rig.get('auditor', `/v1/access-records?participantId=${yonas}`)
  expect(body.items[0]).toMatchObject({
    actor: { user: 'auditor' },
    service: 'audit',
    route: 'GET /v1/traces/:correlationId',
    purpose: 'audit',
  })
})

test('participants see who has read about themselves, and nobody else', async () => {
  expect(await rig.get('yonas', `/v1/access-records?participantId=${yonas}`)).toMatchObject({ status: 200 })
  const foreign = await rig.get('yonas', `/v1/access-records?participantId=${rania}`)
  const unknown = await rig.get('yonas', `/v1/access-records?participantId=${newId()}`)
  expect(foreign.status).toBe(404)
  expect({ ...foreign.body, correlationId: '' }).toEqual({ ...unknown.body, correlationId: '' })
  expect(await rig.get('anna', `/v1/access-records?participantId=${yonas}`)).toMatchObject({ status: 403 })
})

test('every commit is witnessed once, in batches, also over a restart', async () => {
  await wholeWay()
  await rig.caughtUp()
  await rig.restartAudit()
  await wholeWay()
  await rig.caughtUp()
  const witnessed = (await rig.witnessChain())
    .flatMap(({ events }) => events)
    .flatMap(({ data }) => (data as { commits: { service: string; stream: string; seq: number }[] }).commits)
  const seqs = Map.groupBy(witnessed, ({ service, stream }) => `${service}/${stream}`)
  expect([...seqs.keys()].sort()).toEqual([
    'agency-sync/access-agency-sync',
    `agency-sync/reports-${yonas}`,
    'audit/access-audit',
    'planning/access-planning',
    `planning/plan-${yonas}`,
  ])
  for (const commits of seqs.values()) expect(commits.map(({ seq }) => seq)).toEqual(commits.map((_, index) => index + 1))
})

test('the witness says nothing about itself, so it comes to rest', async () => {
  await rig.caughtUp()
  const { length } = await rig.witnessChain()
  await rig.caughtUp()
  expect(await rig.witnessChain()).toHaveLength(length)
})

test('stopping does not wait for what cannot be written; it is witnessed after the next start', async () => {
  rig.disk.full = true
  const { told } = await wholeWay()
  await rig.restartAudit()
  rig.disk.full = false
  await rig.caughtUp()
  expect((await rig.get('auditor', `/v1/traces/${correlationId}`)).body.items[0]).toMatchObject({ eventId: told.id })
})
