import { type Agency, measureIdFrom, newId } from '@samresa/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aMeasure, weeklyFrom } from './domain/plan.builder.ts'
import { startPlanning } from './planning-rig.ts'

let planning: Awaited<ReturnType<typeof startPlanning>>
beforeAll(async () => {
  planning = await startPlanning()
})
afterAll(() => planning[Symbol.asyncDispose]())

const training = aMeasure('training', 'MO-TH 08:00-14:00')
const matching = { ...aMeasure('matching', 'MO,WE 09:00-12:00'), version: '1' }
const post = (person: string, path: string, body: unknown, key?: string, user = 'anna') =>
  planning.call(user, 'POST', `/v1/participants/${person}/${path}`, body, key === undefined ? {} : { 'idempotency-key': key })
const enter = (person: string, measure: object, { owner = 'AME', key = newId() }: { owner?: string; key?: string } = {}) =>
  post(person, 'measures', { owner, measure, agreed: true }, key)
const get = async (person: string, path: string, user = 'anna') =>
  (await planning.call(user, 'GET', `/v1/participants/${person}/${path}`)).body
const idOf = (person: string, owner: Agency, ref: string) => measureIdFrom(person, owner, ref)

const reportedBy = (person: string, agency: Agency, measure: { ref?: string }) => ({
  type: 'samresa.agency.v1.MeasureReported' as const,
  data: {
    agency,
    measureId: idOf(person, agency, measure.ref!),
    measure,
    receipt: { receiptId: newId() },
    channel: 'CHANNEL_GRPC' as const,
    decidedAt: '2026-04-28T05:00:00.000Z',
  },
})

/** A person whose training clashes with what AF has reported, and a proposal to move it. */
async function aProposal(person: string, key?: string) {
  await enter(person, training)
  await planning.agencyTells(person, reportedBy(person, 'AF', matching))
  const conflicts = await get(person, 'conflicts')
  const { id: conflictId } = conflicts.items.find(({ code }: { code: string }) => code === 'TIME_OVERLAP')
  const changes = [{ measureId: idOf(person, 'AF', 'matching'), weekly: weeklyFrom('FR 13:00-16:00') }]
  const sent = await post(person, 'proposals', { conflictId, options: [{ label: 'Fredag', changes }], reason: 'Hinna båda' }, key)
  return { conflictId, sent }
}

describe('an Idempotency-Key', () => {
  test('repeated gives the first answer, and one that was used for another person or another measure is refused', async () => {
    const [rania, yonas] = [newId(), newId()]
    const first = await enter(rania, training, { key: 'once' })
    expect(first.status).toBe(201)
    expect((await enter(rania, training, { key: 'once' })).body).toEqual(first.body)
    const others = [await enter(yonas, training, { key: 'once' }), await enter(rania, aMeasure('other', 'FR 08:00-09:00'), { key: 'once' })]
    expect(others.map(({ status, body }) => [status, body.code])).toEqual([
      [409, 'IDEMPOTENCY_KEY_REUSED'],
      [409, 'IDEMPOTENCY_KEY_REUSED'],
    ])
    expect((await get(yonas, 'plan')).measures).toEqual([])
  })
  test('that was used on another route is refused', async () => {
    const person = newId()
    await enter(person, aMeasure('before', 'SA 08:00-09:00'), { key: 'elsewhere' })
    const { sent, conflictId } = await aProposal(person, 'elsewhere')
    expect([sent.status, sent.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED'])
    const seen = await post(person, `conflicts/${conflictId}/acknowledge`, {}, 'elsewhere')
    expect([seen.status, seen.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED'])
  })
  test('repeated for a proposal gives the proposal that was sent', async () => {
    const person = newId()
    const { sent } = await aProposal(person, 'sent')
    const { conflictId } = sent.body
    const again = await post(
      person,
      'proposals',
      { conflictId, options: sent.body.options.map(({ label, changes }: never) => ({ label, changes })), reason: 'Hinna båda' },
      'sent',
    )
    expect([sent.status, again.status, again.body.id]).toEqual([201, 201, sent.body.id])
  })
})

test('a measure is entered for one of the participant’s agencies, or for one that AME speaks for', async () => {
  const person = newId()
  const answers = await Promise.all(['AF', 'VUX', 'REGION', 'FK'].map((owner) => enter(person, aMeasure('m', 'MO 08:00-09:00'), { owner })))
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 400])
  expect(answers[3]!.body).toMatchObject({ code: 'INVALID_FIELD', fields: [{ pointer: '/owner' }] })
})

test('what an agency has reported is refused to whoever edits the plan, and told how it changes', async () => {
  const person = newId()
  await enter(person, matching, { owner: 'AF' })
  const path = `/v1/participants/${person}/measures/${idOf(person, 'AF', 'matching')}`
  const edit = async () => {
    const { headers } = await planning.call('anna', 'GET', `/v1/participants/${person}/plan`)
    return planning.call('anna', 'PUT', path, { measure: { ...matching, title: 'Nytt namn' } }, { 'if-match': headers.get('etag')! })
  }
  expect((await edit()).body).toMatchObject({ version: '2' })
  await planning.agencyTells(person, reportedBy(person, 'AF', { ...matching, version: '3' } as { ref?: string }))
  expect((await edit()).body).toMatchObject({ status: 409, code: 'NOT_YOURS' })
})

test('a measure that AME enters is version 1, whatever version the body names and whoever owns it', async () => {
  const person = newId()
  const answers = await Promise.all(
    ['AF', 'AME', 'VUX'].map((owner) => enter(person, { ...aMeasure('m', 'MO 08:00-09:00'), version: '7' }, { owner })),
  )
  expect(answers.map(({ status, body }) => [status, body.version])).toEqual([
    [201, '1'],
    [201, '1'],
    [201, '1'],
  ])
  expect((await get(person, 'plan')).measures.map(({ version }: { version: string }) => version)).toEqual(['1', '1', '1'])
})

test('If-Match: * changes a measure whatever the plan’s version, and nothing where there is no such measure', async () => {
  const person = newId()
  await enter(person, training)
  const put = (measureId: string) =>
    planning.call(
      'anna',
      'PUT',
      `/v1/participants/${person}/measures/${measureId}`,
      { measure: { ...training, title: 'Ny' } },
      { 'if-match': '*' },
    )
  const changed = await put(idOf(person, 'AME', 'training'))
  expect([changed.status, changed.body.version]).toEqual([200, '2'])
  expect((await put(newId())).status).toBe(404)
})

test('a counter by report about a measure that the plan lacks is heard with its reason', async () => {
  const person = newId()
  const { sent } = await aProposal(person)
  await planning.agencyTells(person, {
    type: 'samresa.agency.v1.ProposalAnswerReported',
    data: {
      agency: 'AF',
      proposalId: sent.body.id,
      answer: 'ANSWER_COUNTER',
      reason: 'Vi har en annan kurs',
      counter: { ...matching, ref: 'another' },
    },
  })
  const [proposal] = (await get(person, 'proposals')).items
  expect(proposal.answers).toMatchObject([{ by: 'AF', answer: 'COUNTER', reason: 'Vi har en annan kurs' }])
})

test('a reader to whom the proposal is hidden learns that an answer is awaited, and not from whom', async () => {
  const person = newId()
  await enter(person, training)
  await enter(person, aMeasure('eb', 'TU 09:00-10:00'), { owner: 'EB' })
  await planning.agencyTells(person, reportedBy(person, 'AF', aMeasure('af', 'FR 08:00-09:00')))
  const { items } = await get(person, 'conflicts')
  const { id: conflictId } = items.find(({ code }: { code: string }) => code === 'TIME_OVERLAP')
  const changes = [
    { measureId: idOf(person, 'EB', 'eb'), weekly: weeklyFrom('SA 09:00-10:00') },
    { measureId: idOf(person, 'AF', 'af'), weekly: weeklyFrom('SU 09:00-10:00') },
  ]
  await post(person, 'proposals', { conflictId, options: [{ label: 'Helg', changes }], reason: 'r' })
  const stepFor = async (user: string) =>
    (await get(person, 'conflicts', user)).items.find(({ id }: { id: string }) => id === conflictId).nextStep.sv
  expect([await stepFor('anna'), await stepFor('eva')]).toEqual(['Väntar på svar från AF och EB', 'Väntar på svar'])
})

test('earlier self-paced times are told with their hours', async () => {
  const person = newId()
  const { hoursPerWeek, weekly: _, ...study } = { ...aMeasure('study', []), hoursPerWeek: 10 }
  await enter(person, { ...study, hoursPerWeek })
  const path = `/v1/participants/${person}/measures/${idOf(person, 'AME', 'study')}`
  const { headers } = await planning.call('anna', 'GET', `/v1/participants/${person}/plan`)
  await planning.call('anna', 'PUT', path, { measure: { ...study, hoursPerWeek: 5 } }, { 'if-match': headers.get('etag')! })
  expect((await get(person, 'plan')).measures[0].history).toMatchObject([{ version: '1', hoursPerWeek: 10 }])
})
