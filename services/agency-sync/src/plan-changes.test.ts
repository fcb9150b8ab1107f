import { create } from '@bufbuild/protobuf'
import { directory, gateway, planService } from '@samresa/contracts'
import { newId } from '@samresa/kernel'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { added, detected, matching, matchingId, recorded, startRig } from './agency-sync-rig.ts'

let rig: Awaited<ReturnType<typeof startRig>>
let participant: string
let clients: ReturnType<typeof rig.clientOf>[] = []
let streams: AsyncIterator<unknown>[] = []
beforeAll(async () => {
  rig = await startRig()
})
beforeEach(() => {
  participant = rig.anotherParticipant()
})
afterEach(async () => {
  for (const stream of streams) await stream.return?.()
  streams = []
  for (const client of clients) client.close()
  clients = []
})
afterAll(() => rig[Symbol.asyncDispose]())

const clientOf = (user: string) => {
  const client = rig.clientOf(user)
  clients.push(client)
  return client
}

const subscribe = (user: string, cursor: string) => {
  const changes = clientOf(user).subscribePlanChanges({ cursor })[Symbol.asyncIterator]()
  streams.push(changes)
  return {
    next: async (): Promise<gateway.SubscribePlanChangesResponse> => {
      const { value, done } = await changes.next()
      if (done) throw new Error('The stream has ended')
      return value
    },
  }
}

const payloadOf = ({ payload }: gateway.SubscribePlanChangesResponse) => JSON.parse(payload)
const training = { ...matching, ref: 'M2.1', title: 'Arbetsträning second hand' }

test('from the beginning, everything comes in order, with the correlation of what caused it', async () => {
  await rig.planningTells('k-1', added(training))
  await rig.planningTells('k-2', recorded(matching), detected([{ measureId: matchingId, owner: 'AF', areas: ['job'] }]))
  const af = subscribe('af-system', 'begin')
  const changes = [await af.next(), await af.next(), await af.next()]
  expect(changes.map(({ type, correlationId, participantId }) => [type.split('.').at(-1), correlationId, participantId])).toEqual([
    ['MeasureAdded', 'k-1', participant],
    ['AgencyMeasureRecorded', 'k-2', participant],
    ['ConflictDetected', 'k-2', participant],
  ])
  expect(payloadOf(changes[1]!)).toMatchObject({ measureId: matchingId, measure: matching })
})

test('a subscriber from now on gets what comes after, and resumes after its cursor without gap or repetition', async () => {
  await rig.planningTells('k-1', added(training))
  const first = subscribe('af-system', 'begin')
  const { cursor } = await first.next()
  await rig.planningTells('k-2', recorded(matching))
  await rig.planningTells('k-3', recorded({ ...matching, version: '2' }))
  await rig.restart()
  const resumed = subscribe('af-system', cursor)
  expect((await resumed.next()).correlationId).toBe('k-2')
  expect((await resumed.next()).correlationId).toBe('k-3')
  await rig.planningTells('k-4', recorded({ ...matching, version: '3' }))
  expect((await resumed.next()).correlationId).toBe('k-4')
})

test('two streams may hold the same cursor, and both get everything', async () => {
  const [one, two] = [subscribe('af-system', 'begin'), subscribe('af-system', 'begin')]
  await rig.planningTells('k-1', recorded(matching))
  expect(await one.next()).toEqual(await two.next())
})

test('without a consent between the agencies a measure is masked: that time is taken, and nothing else', async () => {
  await rig.planningTells('k-1', recorded(matching))
  const change = await subscribe('fk-system', 'begin').next()
  expect(payloadOf(change)).toEqual({ weekly: matching.weekly, from: matching.from, to: matching.to })
  expect([change.type, change.correlationId, change.participantId]).toEqual(['', '', participant])
})

test('a consent that is withdrawn counts at the next delivery, also on an open stream', async () => {
  const af = subscribe('af-system', 'begin')
  await rig.planningTells('k-1', added(training))
  expect(payloadOf(await af.next()).measure.title).toBe('Arbetsträning second hand')
  rig.facts.consents = []
  await rig.planningTells('k-2', added({ ...training, ref: 'M2.2' }))
  expect(Object.keys(payloadOf(await af.next()))).toEqual(['weekly', 'from', 'to'])
})

test('what an agency may not know of is left out, and what follows still comes', async () => {
  await rig.planningTells('k-1', detected([{ measureId: matchingId, owner: 'AF', areas: ['job'] }]))
  await rig.planningTells('k-2', recorded({ ...matching, ref: 'FK1' }, 'FK'))
  expect((await subscribe('fk-system', 'begin').next()).correlationId).toBe('k-2')
})

test('nobody outside the participant’s agencies gets anything', async () => {
  await rig.planningTells('k-1', recorded(matching))
  await rig.planningTells('k-2', recorded({ ...matching, version: '2' }))
  rig.facts.agencies = ['AME', 'FK']
  const next = subscribe('af-system', 'begin').next()
  await expect.poll(() => rig.asked.times).toBeGreaterThan(0)
  rig.facts.agencies = ['AME', 'FK', 'AF']
  await rig.planningTells('k-3', recorded({ ...matching, version: '3' }))
  expect((await next).correlationId).toBe('k-3')
})

test('a delivery is on record before its message comes', async () => {
  await rig.planningTells('k-1', recorded(matching))
  const change = await subscribe('af-system', 'begin').next()
  const [record] = await rig.accessRecords()
  expect(record).toMatchObject({
    subject: participant,
    data: {
      user: 'af-system',
      agency: 'AF',
      route: 'samresa.agency.v1.AgencyGatewayService/SubscribePlanChanges',
      purpose: 'planning',
      decision: 'ALLOWED',
      deliveries: [
        { eventId: change.eventId, type: change.type, correlationId: 'k-1', to: 'AF', view: 'whole', position: expect.any(String) },
      ],
    },
  })
})

test.each(['forged', Buffer.from('1.1.AAAAAAAAAAAAAAAAAAAAAA').toString('base64url')])('the cursor %j is out of range', async (cursor) => {
  await expect(subscribe('af-system', cursor).next()).rejects.toMatchObject({ rejection: { code: 'CURSOR_OUT_OF_RANGE' } })
})

test('another agency’s cursor is out of range', async () => {
  await rig.planningTells('k-1', recorded(matching))
  const { cursor } = await subscribe('af-system', 'begin').next()
  await expect(subscribe('fk-system', cursor).next()).rejects.toMatchObject({ rejection: { code: 'CURSOR_OUT_OF_RANGE' } })
})

test('the plan comes as the agency may see it, with its open conflicts, and leaves a record', async () => {
  const measureOf = (ref: string) =>
    create(gateway.MeasureSchema, {
      ref,
      version: 3n,
      title: `Canary ${ref}`,
      weekly: matching.weekly!,
      from: '2026-05-04',
      areas: ['job'],
    })
  const parties = [
    { measureId: matchingId, owner: 'AF' },
    { measureId: 'other', owner: 'FK' },
  ]
  rig.facts.consents = [create(directory.ConsentSchema, { consentId: 'c', between: ['AME', 'AF'], from: '2025-11-03' })]
  rig.plan.measures = [
    create(planService.CurrentMeasureSchema, {
      measureId: matchingId,
      owner: 'AF',
      measure: measureOf('M2.4'),
      state: gateway.MeasureState.REPORTED,
    }),
    create(planService.CurrentMeasureSchema, {
      measureId: 'other',
      owner: 'FK',
      measure: measureOf('FK1'),
      state: gateway.MeasureState.AGREED,
    }),
  ]
  const conflict = { finding: { code: 'TIME_OVERLAP' }, parties, explanation: 'Canary words', untilDecided: 'Canary until' }
  rig.plan.conflicts = [
    create(planService.CurrentConflictSchema, { ...conflict, conflictId: 'open', state: gateway.ConflictState.DETECTED }),
  ]
  const plan = await clientOf('af-system').getPlan({ participantId: participant })
  expect(plan.measures.map(({ ref, owner, version, masked, title }) => [ref, owner, version, masked, title])).toEqual([
    ['M2.4', 'AF', 3n, false, 'Canary M2.4'],
    ['', '', 0n, true, ''],
  ])
  expect(plan.measures[1]!.weekly[0]).toMatchObject({ days: ['MO', 'WE'], start: '09:00', end: '12:00' })
  expect(plan.conflicts.map(({ conflictId, measureIds }) => [conflictId, measureIds])).toEqual([['open', [matchingId]]])
  expect(JSON.stringify(plan.conflicts)).not.toContain('Canary')
  expect(await rig.accessRecords()).toMatchObject([
    { subject: participant, data: { decision: 'ALLOWED', route: expect.stringContaining('GetPlan') } },
  ])
})

test('an agency that may not see health is told of a load without its figures', async () => {
  const consent = { consentId: 'c', between: ['AME', 'AF'], from: '2025-11-03', except: ['health'] }
  rig.facts.consents = [create(directory.ConsentSchema, consent)]
  rig.plan.measures = []
  rig.plan.conflicts = [
    create(planService.CurrentConflictSchema, {
      conflictId: 'load',
      state: gateway.ConflictState.DETECTED,
      finding: { code: 'OVER_CAPACITY', weeks: [{ firstWeek: '2026-W21', lastWeek: '2026-W24', hours: 23, capacity: 20, count: 4 }] },
      parties: [{ measureId: matchingId, owner: 'AF', areas: ['job'] }],
      explanation: 'Vecka 21–24: 23 timmar, högst 20.',
    }),
  ]
  const { conflicts } = await clientOf('af-system').getPlan({ participantId: participant })
  expect(conflicts.map(({ code, explanation }) => [code, explanation])).toEqual([
    ['OVER_CAPACITY', 'Det blir fler timmar i veckan än vad som är möjligt.'],
  ])
})

test('an option tells each schedule as it would be, whole, and what it takes away', async () => {
  const weekly = [{ days: ['MO'], start: '09:00', end: '12:00' }]
  const moved = [{ days: ['TU'], start: '13:00', end: '15:00' }]
  const current = { measureId: matchingId, owner: 'AF', state: gateway.MeasureState.AGREED }
  const party = { measureId: matchingId, owner: 'AF', areas: ['job'] }
  const changes = [
    { measureId: matchingId, weekly: moved },
    { measureId: matchingId, to: '2026-06-30' },
    { measureId: matchingId, from: '2026-06-01', openEnded: true },
    { measureId: matchingId, remove: true },
    { measure: { ref: 'N', weekly: moved, from: '2026-07-01' } },
  ]
  rig.plan.measures = [
    create(planService.CurrentMeasureSchema, { ...current, measure: { ref: 'M2.4', weekly, from: '2026-05-04', to: '2026-11-03' } }),
  ]
  rig.plan.conflicts = []
  rig.plan.proposals = [
    create(planService.CurrentProposalSchema, {
      proposalId: 'p',
      state: gateway.ProposalState.OPEN,
      parties: [party],
      options: [{ id: 'A', label: 'Flytta', changes }],
    }),
  ]
  const { proposals } = await clientOf('af-system').getPlan({ participantId: participant })
  rig.plan.proposals = []
  const told = proposals[0]!.options[0]!.changes
  expect(told.map(({ measureId, weekly, from, to, remove }) => [measureId, weekly.map(({ start }) => start), from, to, remove])).toEqual([
    [matchingId, ['13:00'], '2026-05-04', '2026-11-03', false],
    [matchingId, ['09:00'], '2026-05-04', '2026-06-30', false],
    [matchingId, ['09:00'], '2026-06-01', '', false],
    [matchingId, [], '', '', true],
    ['', ['13:00'], '2026-07-01', '', false],
  ])
})

test('a plan that is unknown and one that is not for you look the same, and the attempt is on record', async () => {
  const af = clientOf('af-system')
  const nobody = newId()
  const unknown = await af.getPlan({ participantId: nobody }).catch((error) => error)
  rig.facts.agencies = ['AME', 'FK']
  const foreign = await af.getPlan({ participantId: participant }).catch((error) => error)
  expect(foreign.rejection).toEqual(unknown.rejection)
  expect(unknown.rejection).toMatchObject({ kind: 'not-found' })
  const records = [...(await rig.accessRecords(nobody)), ...(await rig.accessRecords())]
  expect(records.map(({ data }) => (data as { decision: string }).decision)).toEqual(['DENIED', 'DENIED'])
})

test('a role that may not ask for plans leaves a record of having tried', async () => {
  const anna = clientOf('anna')
  await expect(anna.getPlan({ participantId: participant })).rejects.toMatchObject({ rejection: { kind: 'forbidden' } })
  expect(await rig.accessRecords()).toMatchObject([
    { subject: participant, data: { user: 'anna', decision: 'DENIED', route: expect.stringContaining('GetPlan') } },
  ])
})
