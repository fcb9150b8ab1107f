import { gateway as contract } from '@samresa/contracts'
import { expect, test } from 'vitest'
import { useInstance } from '../product/live-instance.ts'
import { waitUntil } from '../product/wait-until.ts'
import { matchingMeasure, matchingReport, measureOf, messagesOf, nextMessage, type RestPlan, yonasId } from '../product/yonas.ts'

const instance = useInstance(15_000)
const af = () => instance.current.gateway('af-system')
const { ACCEPTED, UNCHANGED, REJECTED } = contract.Result

/** A measure of AF's that clashes with nothing, under its own ref. */
const calm = (ref: string, changes: Partial<typeof matchingMeasure> = {}) => ({
  ...matchingMeasure,
  ref,
  weekly: [{ days: ['SA'], start: '18:00', end: '19:00' }],
  ...changes,
})
const report = (messageId: string, measure: Partial<typeof matchingMeasure> & { ref: string }) => ({
  ...matchingReport,
  messageId,
  measure,
})

test('an accepted report says what it is a receipt for, and the plan has the measure', async () => {
  const receipt = await af().reportMeasure(report('r1', calm('R1')))
  expect(receipt).toMatchObject({ messageId: 'r1', result: ACCEPTED, code: '', participantId: yonasId(instance.current) })
  expect(receipt.receiptId).not.toBe('')
  expect(receipt.correlationId).not.toBe('')
  expect(Temporal.Instant.from(receipt.recordedAt).toString()).toBeTruthy()
  const planned = await waitUntil('the plan has the measure', async () =>
    (await af().getPlan(receipt.participantId)).measures.find(({ measureId }) => measureId === receipt.measureId),
  )
  expect(planned).toMatchObject({ ref: 'R1', owner: 'AF', version: 1n, state: contract.MeasureState.REPORTED, masked: false, place: 'STO' })
})

test('the same message again gives the first receipt, byte for byte', async () => {
  const first = await af().reportMeasure(report('r2', calm('R2')))
  expect(await af().reportMeasure(report('r2', calm('R2')))).toEqual(first)
})

test('the same message sent many times at once is recorded once', async () => {
  const receipts = await Promise.all(Array.from({ length: 20 }, () => af().reportMeasure(report('r3', calm('R3')))))
  expect(new Set(receipts.map(({ receiptId }) => receiptId)).size).toBe(1)
  const { measures } = await waitUntil('the plan has the measure', async () => {
    const plan = await af().getPlan(yonasId(instance.current))
    return plan.measures.some(({ ref }) => ref === 'R3') && plan
  })
  expect(measures.filter(({ ref }) => ref === 'R3')).toHaveLength(1)
})

test('a message id used for other content is refused, and the first receipt stays', async () => {
  const first = await af().reportMeasure(report('r4', calm('R4')))
  expect(await af().reportMeasure(report('r4', calm('R4', { place: 'AME' })))).toMatchObject({
    result: REJECTED,
    code: 'MESSAGE_ID_REUSED',
    messageId: 'r4',
  })
  expect(await af().reportMeasure(report('r4', calm('R4')))).toEqual(first)
})

test('versions of a measure only grow', async () => {
  await af().reportMeasure(report('v3', calm('V', { version: 3n })))
  expect(await af().reportMeasure(report('v2', calm('V', { version: 2n })))).toMatchObject({ result: REJECTED, code: 'STALE_VERSION' })
  expect(await af().reportMeasure(report('v3-again', calm('V', { version: 3n })))).toMatchObject({ result: UNCHANGED, code: '' })
  expect(await af().reportMeasure(report('v3-other', calm('V', { version: 3n, place: 'AME' })))).toMatchObject({
    result: REJECTED,
    code: 'VERSION_CONFLICT',
  })
  expect(await af().reportMeasure(report('v4', calm('V', { version: 4n })))).toMatchObject({ result: ACCEPTED })
})

test('a newer version without other content is accepted and told under its own correlation', async () => {
  const stream = messagesOf(await af().subscribe(''))
  await af().reportMeasure(report('same-1', calm('SAME')))
  const second = await af().reportMeasure(report('same-2', calm('SAME', { version: 2n })))
  expect(second.result).toBe(ACCEPTED)
  const told = await nextMessage(stream, ({ correlationId }) => correlationId === second.correlationId)
  expect(told.type).toBe('samresa.planning.v1.AgencyMeasureRecorded')
  await stream.return?.()
})

test('a measure that the municipality entered for AF is version 1 of the measure that AF reports', async () => {
  const rania = instance.current.ready.demo?.participants.P1 ?? ''
  const placement = {
    ...matchingReport,
    messageId: 'placement-1',
    person: { case: 'participantId' as const, value: rania },
    measure: {
      ref: 'M1.5',
      version: 1n,
      title: 'Arbetspraktik restaurang',
      areas: ['job'],
      place: 'BJO',
      weekly: [{ days: ['MO', 'TU', 'WE', 'TH', 'FR'], start: '13:00', end: '17:00' }],
      from: '2026-09-07',
      to: '2026-12-04',
      language: 'sv',
      delivery: 'on-site',
      purpose: 'Pröva yrket',
      leadsTo: 'Anställning',
    },
  }
  expect(await af().reportMeasure(placement)).toMatchObject({ result: UNCHANGED })
  expect(
    await af().reportMeasure({ ...placement, messageId: 'placement-2', measure: { ...placement.measure, place: 'BYG' } }),
  ).toMatchObject({ code: 'VERSION_CONFLICT' })
  const plan = await instance.current.rest('anna').get<RestPlan>('planning', `/v1/participants/${rania}/plan`)
  expect(plan.measures.filter(({ ref }) => ref === 'M1.5')).toHaveLength(1)
})

test('unknown, not enrolled and not among the agencies look the same', async () => {
  const marcus = instance.current.ready.demo?.participants.P4 ?? ''
  const strangers: Parameters<ReturnType<typeof af>['reportMeasure']>[0][] = [
    { ...report('who-1', calm('W1')), person: { case: 'participantId', value: '00000000-0000-4000-8000-000000000000' } },
    { ...report('who-2', calm('W2')), person: { case: 'personalNumber', value: '198203042380' } },
    { ...report('who-3', calm('W3')), person: { case: 'participantId', value: 'no id at all' } },
  ]
  const answers = await Promise.all(strangers.map((stranger) => af().reportMeasure(stranger)))
  // Marcus has AF, FK and the region, so EB is the agency that is not among his.
  const overRest = await instance.current.rest('eva').post<{ receipt: Record<string, unknown> }>('agency-sync', '/v1/reports', {
    agency: 'EB',
    messageId: 'who-4',
    participantId: marcus,
    measure: { ...calm('W4'), version: '1' },
    decidedAt: '2026-04-29T07:00:00Z',
    channel: 'REST',
  })
  for (const answer of answers)
    expect(answer).toMatchObject({ result: REJECTED, code: 'PARTICIPANT_NOT_FOUND', participantId: '', measureId: '' })
  expect(overRest.receipt).toMatchObject({ result: 'REJECTED', code: 'PARTICIPANT_NOT_FOUND' })
  expect(overRest.receipt).not.toHaveProperty('participantId', marcus)
})

test('a personal number that cannot exist is a faulty field', async () => {
  const receipt = await af().reportMeasure({ ...report('nr', calm('NR')), person: { case: 'personalNumber', value: '197809032390' } })
  expect(receipt).toMatchObject({ result: REJECTED, code: 'INVALID_FIELD', field: '/personalNumber' })
})

test.each([
  ['an end before the start', { from: '2026-05-04', to: '2026-05-03' }, 'END_BEFORE_START', '/measure/to'],
  [
    'a weekly row that ends before it starts',
    { weekly: [{ days: ['MO'], start: '12:00', end: '09:00' }] },
    'END_BEFORE_START',
    '/measure/weekly/0/end',
  ],
  [
    'rows that overlap each other',
    {
      weekly: [
        { days: ['MO'], start: '09:00', end: '12:00' },
        { days: ['MO', 'TU'], start: '11:59', end: '13:00' },
      ],
    },
    'OVERLAPPING_OWN_PATTERN',
    '/measure/weekly/1',
  ],
  ['a day that is none', { weekly: [{ days: ['MÅ'], start: '09:00', end: '12:00' }] }, 'INVALID_FIELD', '/measure/weekly/0/days/0'],
  ['a time that is none', { weekly: [{ days: ['MO'], start: '9', end: '12:00' }] }, 'INVALID_FIELD', '/measure/weekly/0/start'],
  ['a date that does not exist', { from: '2026-02-30' }, 'INVALID_FIELD', '/measure/from'],
  ['no version', { version: 0n }, 'INVALID_FIELD', '/measure/version'],
])('%s is refused with its code and field', async (name, changes, code, field) => {
  const receipt = await af().reportMeasure(report(`bad ${name}`, calm('BAD', changes)))
  expect(receipt).toMatchObject({ result: REJECTED, code, field })
})

test('a report without a ref is refused', async () => {
  expect(await af().reportMeasure(report('no-ref', calm('')))).toMatchObject({
    result: REJECTED,
    code: 'INVALID_FIELD',
    field: '/measure/ref',
  })
})

test('a clash never refuses a report, and the earlier times leave the plan and stay in its history', async () => {
  await af().reportMeasure(report('clash-1', { ...matchingMeasure, ref: 'CLASH' }))
  await af().reportMeasure(report('clash-2', calm('CLASH', { version: 2n })))
  const anna = instance.current.rest('anna')
  const measure = await waitUntil('the second version is in the plan', async () => {
    const plan = await anna.get<RestPlan>('planning', `/v1/participants/${yonasId(instance.current)}/plan`)
    return plan.measures.some(({ ref, version }) => ref === 'CLASH' && version === '2') && measureOf(plan, 'CLASH')
  })
  expect(measure.weekly).toEqual([{ days: ['SA'], start: '18:00', end: '19:00' }])
  expect(measure.history?.map(({ version, weekly }) => [version, weekly])).toContainEqual(['1', matchingMeasure.weekly])
})
