import { describe, expect, test } from 'vitest'
import { nextStep } from './explanation.ts'
import { aMeasure, conflictOf, entered, given, idOf, opened, refusal, reported, weeklyFrom, when } from './plan.builder.ts'
import { answeringAgencies } from './proposal.ts'

const training = aMeasure('training', 'MO-TH 08:00-14:00', { place: 'NOR' })
const matching = aMeasure('matching', 'MO,WE 09:00-12:00', { place: 'STO' })
const [trainingId, matchingId, fkId] = [idOf('AME', 'training'), idOf('AF', 'matching'), idOf('FK', 'rehab')]
const clashing = given(opened(), entered('AME', training), reported('AF', matching), entered('FK', aMeasure('rehab', 'FR 08:00-09:00')))
const { conflictId } = conflictOf(clashing, 'TIME_OVERLAP')

const friday = { measureId: matchingId, weekly: weeklyFrom('FR 13:00-16:00'), from: '2026-05-22', to: '2026-11-06' }
const optionA = { id: 'A', label: 'Fredag 13–16', changes: [friday] }
const optionB = { id: 'B', label: 'Båda flyttar', changes: [friday, { measureId: fkId, remove: true }] }
const optionC = { id: 'C', label: 'Arbetsträningen slutar', changes: [{ measureId: trainingId, remove: true }] }
const send = {
  type: 'SendProposal',
  proposalId: 'p1',
  conflictId,
  options: [optionA, optionB, optionC],
  reason: 'Yonas ska hinna båda',
  by: 'AME',
} as const
const sending = { ...send, options: [...send.options] }
const sent = when(clashing, sending).plan
const answer = { type: 'AnswerProposal', proposalId: 'p1', optionId: 'A', answer: 'ACCEPT', by: 'AF' } as const

describe('sending a proposal', () => {
  test('makes the conflict wait for the agencies whose measures the options change', () => {
    const { types, plan } = when(clashing, sending)
    expect(types).toEqual(['ProposalSent'])
    expect(plan.conflicts.get(conflictId)!.state).toBe('PROPOSED')
    expect(plan.proposals.get('p1')!.options.map(({ accepters }) => accepters)).toEqual([['AF'], ['AF', 'FK'], ['AF']])
    expect(answeringAgencies(plan.proposals.get('p1')!)).toEqual(['AF', 'FK'])
    expect(nextStep(plan.conflicts.get(conflictId)!, [...plan.proposals.values()])).toBe('Väntar på svar från AF och FK')
  })
  test('tells the measures of the conflict and of every change', () => {
    expect(
      sent.proposals
        .get('p1')!
        .parties.map(({ measureId }) => measureId)
        .sort(),
    ).toEqual([trainingId, matchingId, fkId].sort())
  })
  test('a new one for the same conflict takes the place of the open one', () => {
    const { types, plan } = when(sent, { ...sending, proposalId: 'p2' })
    expect(types).toEqual(['ProposalSuperseded', 'ProposalSent'])
    expect([plan.proposals.get('p1')!.state, plan.conflicts.get(conflictId)!.state]).toEqual(['SUPERSEDED', 'PROPOSED'])
  })
  test.each([
    ['no option', { options: [] }, 'INVALID_FIELD', '/options'],
    ['more than five', { options: Array.from({ length: 6 }, () => optionA) }, 'INVALID_FIELD', '/options'],
    ['an option without changes', { options: [{ ...optionA, changes: [] }] }, 'INVALID_FIELD', '/options/0/changes'],
    ['an option without a label', { options: [{ ...optionA, label: '' }] }, 'INVALID_FIELD', '/options/0/label'],
    [
      'an unknown measure',
      { options: [{ ...optionA, changes: [{ measureId: 'x', remove: true }] }] },
      'INVALID_FIELD',
      '/options/0/changes/0/measureId',
    ],
    ['a change of nothing', { options: [{ ...optionA, changes: [{ measureId: matchingId }] }] }, 'INVALID_FIELD', '/options/0/changes/0'],
    [
      'an end before the start',
      { options: [optionA, { ...optionA, changes: [{ measureId: matchingId, to: '2026-01-01' }] }] },
      'END_BEFORE_START',
      '/options/1/changes/0/to',
    ],
    ['the same measure twice', { options: [{ ...optionA, changes: [friday, friday] }] }, 'INVALID_FIELD', '/options/0/changes/1/measureId'],
    ['no reason', { reason: '' }, 'INVALID_FIELD', '/reason'],
  ])('%s is refused, with the field that is wrong', (_, wrong, code, pointer) => {
    expect(refusal(clashing, { ...sending, ...wrong })).toEqual({ code, pointers: [pointer] })
  })
})

describe('answering a proposal', () => {
  test('an acceptance by everyone asked applies the changes, and the re-check closes the conflicts', () => {
    const { types, plan } = when(sent, answer)
    expect(types).toEqual([
      'ProposalAnswered',
      'ProposalAccepted',
      'ConflictAgreed',
      'MeasureChanged',
      'ConflictVerified',
      'ConflictVerified',
    ])
    expect(plan.measures.get(matchingId)).toMatchObject({
      version: '2',
      state: 'AGREED',
      measure: { from: '2026-05-22', to: '2026-11-06' },
    })
    expect([...plan.conflicts.values()].map(({ state }) => state)).toEqual(['VERIFIED', 'VERIFIED'])
    expect(plan.proposals.get('p1')).toMatchObject({ state: 'ACCEPTED', acceptedOptionId: 'A' })
  })
  test('an option that needs two agencies is accepted when both have accepted it', () => {
    const half = when(sent, { ...answer, optionId: 'B' })
    expect(half.types).toEqual(['ProposalAnswered'])
    const both = when(half.plan, { ...answer, optionId: 'B', by: 'FK' })
    expect(both.types).toContain('MeasureRemoved')
    expect(both.plan.measures.has(fkId)).toBe(false)
  })
  test('a removed measure takes its conflicts with it, and the deviation of one not named stays', () => {
    const { plan } = when(sent, { ...answer, optionId: 'C' })
    expect(plan.conflicts.get(conflictId)!.state).toBe('VERIFIED')
    expect(conflictOf(plan, 'PLAN_DEVIATION').state).toBe('DETECTED')
  })
  test('an option with the times it has already cures the deviation of the measure it names', () => {
    const deviation = conflictOf(clashing, 'PLAN_DEVIATION').conflictId
    const same = { id: 'S', label: 'Som den är', changes: [{ measureId: matchingId, weekly: matching.weekly! }] }
    const asked = when(clashing, { ...sending, conflictId: deviation, options: [same] }).plan
    const { plan } = when(asked, { ...answer, optionId: 'S' })
    expect(plan.conflicts.get(deviation)!.state).toBe('VERIFIED')
  })
  test('an agreement whose re-check is not clean leaves the conflict AGREED, and a later clean one verifies it', () => {
    const later = { id: 'L', label: 'Senare', changes: [{ measureId: matchingId, from: '2026-06-01' }] }
    const asked = when(clashing, { ...sending, options: [later] }).plan
    const agreed = when(asked, { ...answer, optionId: 'L' }).plan
    expect(agreed.conflicts.get(conflictId)!.state).toBe('AGREED')
    const clean = when(agreed, reported('AF', { ...matching, weekly: weeklyFrom('FR 13:00-16:00') }, '3')).plan
    expect(clean.conflicts.get(conflictId)!.state).toBe('VERIFIED')
  })
  test('is declined when every option has been declined by someone it needs', () => {
    const { types, plan } = when(sent, { type: 'AnswerProposal', proposalId: 'p1', answer: 'DECLINE', reason: 'Går inte', by: 'AF' })
    expect(types).toEqual(['ProposalAnswered', 'ProposalDeclined'])
    expect([plan.proposals.get('p1')!.state, plan.conflicts.get(conflictId)!.state]).toEqual(['DECLINED', 'ACKNOWLEDGED'])
  })
  test('declining one option leaves the others open', () => {
    expect(when(sent, { ...answer, answer: 'DECLINE' }).types).toEqual(['ProposalAnswered'])
    expect(when(sent, { ...answer, answer: 'DECLINE', optionId: 'B', by: 'FK' }).plan.proposals.get('p1')!.state).toBe('OPEN')
  })
  test('a counter is heard and leaves the proposal open', () => {
    const { plan } = when(sent, { ...answer, answer: 'COUNTER', counter: [{ ...friday, weekly: weeklyFrom('FR 14:00-17:00') }] })
    expect(plan.proposals.get('p1')).toMatchObject({
      state: 'OPEN',
      answers: [{ by: 'AF', answer: 'COUNTER', counter: [{ measureId: matchingId }] }],
    })
  })
  test('a counter takes back what its agency has accepted, for its option or for all', () => {
    const half = when(sent, { ...answer, optionId: 'B' }).plan
    const counter = [{ ...friday, weekly: weeklyFrom('FR 14:00-17:00') }]
    for (const about of [{ optionId: 'B' }, { optionId: '' }]) {
      const countered = when(half, { ...answer, ...about, answer: 'COUNTER', counter }).plan
      const fkAccepts = when(countered, { ...answer, optionId: 'B', by: 'FK' })
      expect(fkAccepts.types).toEqual(['ProposalAnswered'])
      expect(when(fkAccepts.plan, { ...answer, optionId: 'B' }).types).toContain('ProposalAccepted')
    }
    const elsewhere = when(half, { ...answer, optionId: 'C', answer: 'COUNTER', counter }).plan
    expect(when(elsewhere, { ...answer, optionId: 'B', by: 'FK' }).types).toContain('ProposalAccepted')
  })
  test('a counter leaves declined what its agency has declined', () => {
    const counter = [{ ...friday, weekly: weeklyFrom('FR 14:00-17:00') }]
    const said = [
      { ...answer, answer: 'DECLINE', optionId: 'A' },
      { ...answer, answer: 'COUNTER', optionId: '', counter },
      { ...answer, answer: 'DECLINE', optionId: 'B' },
      { ...answer, answer: 'DECLINE', optionId: 'C' },
    ] as const
    const { plan } = said.reduce((heard, words) => when(heard.plan, { ...words }), { plan: sent })
    expect(plan.proposals.get('p1')!.state).toBe('DECLINED')
  })
  test('a counter that does not fit the plan is refused when asked, and left out of an answer that has a receipt', () => {
    const countered = {
      ...answer,
      answer: 'COUNTER',
      reason: 'Bara fredagar',
      counter: [{ measureId: idOf('AF', 'other'), to: '2026-06-01' }],
    } as const
    const words = { ...countered, counter: [...countered.counter] }
    expect(refusal(sent, words)?.pointers).toEqual(['/changes/0/measureId'])
    const { types, plan } = when(sent, { ...words, received: true })
    expect(types).toEqual(['ProposalAnswered'])
    const [heard] = plan.proposals.get('p1')!.answers
    expect(heard).toMatchObject({ by: 'AF', answer: 'COUNTER', reason: 'Bara fredagar' })
    expect(heard).not.toHaveProperty('counter')
  })
  test('a counter without other times is refused when asked, and heard when it has a receipt', () => {
    const words = { ...answer, answer: 'COUNTER', reason: 'Bara fredagar' } as const
    expect(refusal(sent, words)?.pointers).toEqual(['/changes'])
    expect(refusal(sent, { ...words, counter: [] })?.pointers).toEqual(['/changes'])
    expect(when(sent, { ...words, received: true }).types).toEqual(['ProposalAnswered'])
  })
  test('AME answers for the options that are left to it alone, and for no others', () => {
    const room = aMeasure('room', 'MO 09:00-10:00')
    const plan = given(opened(), entered('AME', training), entered('AME', room), entered('AF', aMeasure('af', 'FR 08:00-09:00')))
    const own = { id: 'own', label: 'Flytta', changes: [{ measureId: idOf('AME', 'room'), weekly: weeklyFrom('FR 13:00-14:00') }] }
    const others = { id: 'others', label: 'Ta bort', changes: [{ measureId: idOf('AF', 'af'), remove: true }] }
    const asked = when(plan, {
      ...sending,
      conflictId: conflictOf(plan, 'TIME_OVERLAP').conflictId,
      options: [own, others],
    }).plan
    expect(refusal(asked, { ...answer, by: 'AME', optionId: 'others' })?.code).toBe('PROPOSAL_NOT_FOUND')
    expect(when(asked, { ...answer, by: 'AME', optionId: 'own' }).types).toContain('ProposalAccepted')
  })
  test('the participant is heard and decides nothing', () => {
    const { types } = when(sent, { ...answer, answer: 'WORKS', by: 'PARTICIPANT' })
    expect(types).toEqual(['ProposalAnswered'])
    expect(refusal(sent, { ...answer, by: 'PARTICIPANT' })?.pointers).toEqual(['/answer'])
  })
  test('whoever is not asked, and whoever asks for an unknown one, learn the same', () => {
    expect(refusal(sent, { ...answer, by: 'EB' })).toEqual(refusal(sent, { ...answer, proposalId: 'nowhere' }))
    expect(refusal(sent, { ...answer, by: 'EB' })?.code).toBe('PROPOSAL_NOT_FOUND')
  })
  test('an unknown option, and an answer after the close, are refused', () => {
    expect(refusal(sent, { ...answer, optionId: 'Z' })?.code).toBe('OPTION_UNKNOWN')
    expect(refusal(when(sent, answer).plan, answer)?.code).toBe('PROPOSAL_CLOSED')
  })
})

describe('a proposal becomes pointless', () => {
  test('when a measure that it changes gets a newer version, and the conflict waits for a new one', () => {
    const { types, plan } = when(sent, reported('AF', matching, '2'))
    expect(types).toEqual(['AgencyMeasureRecorded', 'ProposalSuperseded'])
    expect(plan.conflicts.get(conflictId)!.state).toBe('ACKNOWLEDGED')
  })
  test('when its conflict goes away by itself', () => {
    const onlyTraining = when(clashing, { ...sending, options: [optionC] }).plan
    const { types } = when(onlyTraining, reported('AF', { ...matching, weekly: weeklyFrom('FR 13:00-16:00') }, '2'))
    expect(types).toEqual(['AgencyMeasureRecorded', 'ProposalSuperseded', 'ConflictWithdrawn'])
  })
  test('when its conflict is accepted as it is', () => {
    expect(when(sent, { type: 'AcceptAsIs', conflictId, reason: 'r', by: 'AME' }).types).toEqual([
      'ProposalSuperseded',
      'ConflictAcceptedAsIs',
    ])
  })
  test('when the new measure it brings has been entered meanwhile', () => {
    const course = aMeasure('course', 'FR 10:00-11:00')
    const asked = when(clashing, { ...sending, options: [{ id: 'N', label: 'Ny kurs', changes: [{ measure: course }] }] }).plan
    const { types } = when(when(asked, entered('AME', course)).plan, { ...answer, optionId: 'N' })
    expect(types).toEqual(['ProposalAnswered', 'ProposalSuperseded'])
  })
})

test('a new measure in an accepted option is entered as AME’s own', () => {
  const course = aMeasure('course', 'FR 10:00-11:00')
  const asked = when(clashing, { ...sending, options: [{ id: 'N', label: 'Ny kurs', changes: [{ measure: course }] }] }).plan
  const { plan, types } = when(asked, { ...answer, optionId: 'N' })
  expect(types).toContain('MeasureAdded')
  expect(plan.measures.get(idOf('AME', 'course'))).toMatchObject({ owner: 'AME', state: 'AGREED', version: '1' })
})
