import { gateway as contract } from '@samresa/contracts'
import { beforeAll, expect, test } from 'vitest'
import { useInstance } from '../product/live-instance.ts'
import type { Problem } from '../product/rest-client.ts'
import { waitUntil } from '../product/wait-until.ts'
import {
  alternatives,
  clashingChange,
  matchingReport,
  measureOf,
  messagesOf,
  nextMessage,
  type RestConflict,
  type RestPlan,
  type RestPreview,
  type RestProposal,
  yonasId,
} from '../product/yonas.ts'

// One story, told in order: each test goes on where the one before it ended.
const instance = useInstance(15_300)
const anna = () => instance.current.rest('anna')
const path = (rest: string) => `/v1/participants/${yonasId(instance.current)}/${rest}`
const plan = () => anna().get<RestPlan>('planning', path('plan'))
const conflicts = () => anna().all<RestConflict>('planning', path('conflicts'))
const preview = (changes: unknown[]) => anna().post<RestPreview>('planning', path('proposals/preview'), { changes })

let overlap: RestConflict
let deviation: RestConflict
let matchingId = ''
let trainingId = ''
let proposal: RestProposal

beforeAll(async () => {
  await instance.current.gateway('af-system').reportMeasure(matchingReport)
  const found = await waitUntil('the conflicts are there', async () => {
    const all = await conflicts()
    return all.length >= 2 && all
  })
  overlap = found.find(({ code }) => code === 'TIME_OVERLAP')!
  deviation = found.find(({ code }) => code === 'PLAN_DEVIATION')!
  matchingId = measureOf(await plan(), 'M2.4').measureId
  trainingId = measureOf(await plan(), 'M2.1').measureId
})

test('the clash names both measures, 34 occurrences, its owner and the next step', () => {
  expect(overlap).toMatchObject({ state: 'DETECTED', severity: 'high', owner: { agency: 'AF' } })
  expect(overlap.owner.text.sv).toBe('AF, med leverantören')
  expect([...overlap.measures].sort()).toEqual([matchingId, trainingId].sort())
  expect(overlap.occurrences).toHaveLength(34)
  expect(overlap.occurrences?.[0]).toMatchObject({ date: '2026-05-04', start: '09:00', end: '12:00' })
  expect(overlap.explanation.sv).toContain('17')
  expect(overlap.nextStep.sv).not.toBe('')
  expect(deviation.measures).toEqual([matchingId])
})

test('a change must name the plan it was made from, and that plan must be the newest', async () => {
  const answer = await anna().call<RestPlan>('GET', 'planning', path('plan'))
  const etag = answer.headers.get('etag') ?? ''
  const group = measureOf(answer.body, 'M2.3')
  const body = {
    measure: {
      ref: 'M2.3',
      version: '2',
      title: 'Rörelsegrupp',
      areas: ['health'],
      place: 'AME',
      weekly: [{ days: ['FR'], start: '10:00', end: '11:30' }],
      from: '2026-03-06',
      to: '2026-08-28',
      purpose: 'Orka mer',
      leadsTo: 'Arbetsträning på heltid',
    },
  }
  const put = (ifMatch?: string) =>
    anna().call<Problem>('PUT', 'planning', path(`measures/${group.measureId}`), { body, headers: { 'if-match': ifMatch } })
  const without = await put()
  expect([without.status, without.body.code]).toEqual([428, 'PRECONDITION_REQUIRED'])
  expect((await put(etag)).status).toBe(200)
  const stale = await put(etag)
  expect([stale.status, stale.body.code]).toEqual([412, 'STALE'])
})

test('the same Idempotency-Key enters a measure once', async () => {
  const body = {
    owner: 'AME',
    measure: {
      ref: 'ONCE',
      version: '1',
      title: 'En gång',
      areas: ['job'],
      place: 'AME',
      weekly: [{ days: ['SU'], start: '20:00', end: '21:00' }],
      from: '2026-06-07',
      to: '2026-06-07',
      purpose: 'p',
      leadsTo: 'l',
    },
    agreed: true,
  }
  const post = () =>
    anna().call<{ measureId: string }>('POST', 'planning', path('measures'), { body, headers: { 'idempotency-key': 'once' } })
  const [first, second] = [await post(), await post()]
  expect([first.status, second.status]).toEqual([201, 201])
  expect(second.body.measureId).toBe(first.body.measureId)
  expect((await plan()).measures.filter(({ ref }) => ref === 'ONCE')).toHaveLength(1)
})

test('acknowledging and saying what to do until decided change the conflict, not the plan', async () => {
  const before = await plan()
  await anna().post('planning', path(`conflicts/${overlap.id}/acknowledge`), {})
  await anna().post('planning', path(`conflicts/${overlap.id}/until-decided`), { text: 'Gå till arbetsträningen.', attend: trainingId })
  const now = (await conflicts()).find(({ id }) => id === overlap.id)
  expect(now).toMatchObject({ state: 'ACKNOWLEDGED', untilDecided: { text: 'Gå till arbetsträningen.', attend: trainingId } })
  expect((await plan()).measures).toEqual(before.measures)
})

test('Fridays 12–15 still clash, with too little time to travel on 14 Fridays', async () => {
  const { caused, cured } = await preview([clashingChange(matchingId)])
  expect(caused.map(({ code }) => code)).toEqual(['TRAVEL_TIME'])
  expect(caused[0]?.occurrences).toHaveLength(14)
  expect(cured).toContain(overlap.id)
})

test('A, B and C leave nothing, and nothing is stored by trying', async () => {
  const before = await plan()
  for (const { changes } of alternatives(matchingId, trainingId)) {
    const { caused, remaining, cured, hoursPerWeek } = await preview(changes)
    expect(caused).toEqual([])
    expect(remaining.filter(({ code }) => code !== 'PLAN_DEVIATION')).toEqual([])
    expect(cured).toContain(overlap.id)
    expect(hoursPerWeek.length).toBeGreaterThan(0)
  }
  expect(await plan()).toEqual(before)
})

test('sessions lost are those of the old schedule that the new one does not have', async () => {
  const [a, b] = alternatives(matchingId, trainingId)
  // M2.4 had 27 Mondays and 26 Wednesdays; A has 24 Fridays, B keeps those from 31 August on.
  expect((await preview(b!.changes)).sessionsLost).toEqual([{ measureId: matchingId, sessions: 34 }])
  expect((await preview(a!.changes)).sessionsLost).toEqual([{ measureId: matchingId, sessions: 29 }])
})

test('the sent proposal is open, with an id and a preview for each option, and reaches AF', async () => {
  const messages = messagesOf(await instance.current.gateway('af-system').subscribe(''))
  const body = { conflictId: overlap.id, options: alternatives(matchingId, trainingId), reason: 'Samma tider' }
  const answer = await anna().call<RestProposal>('POST', 'planning', path('proposals'), { body })
  expect(answer.status).toBe(201)
  proposal = answer.body
  expect(proposal).toMatchObject({ conflictId: overlap.id, state: 'OPEN' })
  expect(proposal.options).toHaveLength(3)
  for (const option of proposal.options) expect(option.preview.caused).toEqual([])
  const told = await nextMessage(messages, ({ type }) => type === 'samresa.planning.v1.ProposalSent')
  expect(told.payload).toContain(proposal.id)
  await messages.return?.()
})

test('the participant is heard, and that decides nothing', async () => {
  const optionId = proposal.options[1]?.id
  await instance.current.rest('yonas').post('planning', path(`proposals/${proposal.id}/responses`), { optionId, answer: 'WORKS' })
  const [now] = await anna().all<RestProposal & { answers: unknown[] }>('planning', path('proposals'))
  expect(now).toMatchObject({ id: proposal.id, state: 'OPEN' })
  expect(now?.answers).toHaveLength(1)
})

test('an answer to what is not there is refused with its code', async () => {
  const af = instance.current.gateway('af-system')
  const answer = { messageId: 'a-1', proposalId: proposal.id, answer: contract.Answer.ACCEPT, optionId: 'none' }
  expect(await af.respondToProposal(answer)).toMatchObject({ result: contract.Result.REJECTED, code: 'OPTION_UNKNOWN' })
  expect(await af.respondToProposal({ ...answer, messageId: 'a-2', proposalId: '00000000-0000-4000-8000-000000000000' })).toMatchObject({
    code: 'PROPOSAL_NOT_FOUND',
  })
  // FK sees AF's measure masked, so the proposal is not for FK.
  expect(await instance.current.gateway('fk-system').respondToProposal({ ...answer, messageId: 'a-3' })).toMatchObject({
    code: 'PROPOSAL_NOT_FOUND',
  })
})

test('an accepted option becomes the plan, and the clean re-check closes both conflicts with its evidence', async () => {
  const receipt = await instance.current.gateway('af-system').respondToProposal({
    messageId: 'a-4',
    proposalId: proposal.id,
    answer: contract.Answer.ACCEPT,
    optionId: proposal.options[0]?.id ?? '',
  })
  expect(receipt.result).toBe(contract.Result.ACCEPTED)
  const closed = await waitUntil('both are verified', async () => {
    const all = await conflicts()
    return all.every(({ state }) => state === 'VERIFIED') && all
  })
  for (const conflict of closed) expect(conflict.closed?.recheckEventId).toBeTruthy()
  const moved = measureOf(await plan(), 'M2.4')
  expect(moved).toMatchObject({
    version: '2',
    state: 'AGREED',
    weekly: [{ days: ['FR'], start: '13:00', end: '16:00' }],
    from: '2026-05-22',
    to: '2026-11-06',
  })
  expect(moved.history?.map(({ version }) => version)).toContain('1')
})

test('a proposal that is decided takes no further answer, and AF reports on with a higher version', async () => {
  const af = instance.current.gateway('af-system')
  const late = { messageId: 'a-5', proposalId: proposal.id, answer: contract.Answer.ACCEPT, optionId: proposal.options[1]?.id ?? '' }
  expect(await af.respondToProposal(late)).toMatchObject({ code: 'PROPOSAL_CLOSED' })
  const next = (version: bigint) => ({
    ...matchingReport,
    messageId: `after-${version}`,
    measure: { ...matchingReport.measure, version },
  })
  expect(await af.reportMeasure(next(1n))).toMatchObject({ code: 'STALE_VERSION' })
  expect(await af.reportMeasure(next(3n))).toMatchObject({ result: contract.Result.ACCEPTED })
})
