import { expect, test } from 'vitest'
import { explain, nextStep, ownerInWords } from './explanation.ts'
import { aMeasure, conflictOf, context, entered, given, idOf, opened, reported, weeklyFrom, when } from './plan.builder.ts'

const inWords = (plan: ReturnType<typeof given>, code: string) => explain(conflictOf(plan, code), plan, context.region)
const morning = aMeasure('a', 'MO 08:00-10:00')

test('a single date, a holiday left out and a turn of the year are told as people say them', () => {
  const clash = (more: object) =>
    inWords(
      given(entered('AME', { ...morning, ...more }), entered('AME', { ...aMeasure('b', 'MO-FR 09:00-12:00'), ...more })),
      'TIME_OVERLAP',
    )
  expect(clash({ from: '2026-05-04', to: '2026-05-08' })).toBe('Måndag 4 maj')
  expect(clash({ weekly: weeklyFrom('TH 09:00-10:00'), from: '2026-05-04', to: '2026-05-22' })).toBe('Torsdagar 2 gånger, 7 maj – 21 maj')
  expect(clash({ from: '2026-12-21', to: '2027-01-08' })).toBe('Måndagar 3 gånger, 21 dec 2026 – 4 jan 2027')
})

test('the same weekday told of twice is told with its times', () => {
  const plan = given(
    entered('AME', aMeasure('a', ['MO 08:00-10:00', 'MO 13:00-14:00'])),
    entered('AME', aMeasure('b', 'MO 09:00-13:30', { to: '2026-05-11' })),
  )
  expect(inWords(plan, 'TIME_OVERLAP')).toBe(
    'Måndagar kl. 09.00–10.00 2 gånger, 4 maj – 11 maj; måndagar kl. 13.00–13.30 2 gånger, 4 maj – 11 maj',
  )
})

test('hours are told with a decimal comma, and weeks from to', () => {
  const plan = given(opened(40), entered('AME', aMeasure('a', [], { hoursPerWeek: 40.25, to: '2026-05-17' })))
  expect(inWords(plan, 'OVER_CAPACITY')).toBe('Vecka 19–20: 40,25 timmar, högst 40')
})

test('a deviation tells whether the plan knew the measure', () => {
  expect(inWords(given(reported('AF', morning)), 'PLAN_DEVIATION')).toBe(
    'AF har beslutat om en insats som inte finns i den överenskomna planen',
  )
  const moved = when(given(entered('AF', morning)), reported('AF', { ...morning, to: '2026-07-01' }, '2')).plan
  expect(inWords(moved, 'PLAN_DEVIATION')).toBe('AF har beslutat om andra tider än de som är överenskomna i planen')
})

test('each step says what is to happen next, and by whom', () => {
  const clashing = given(entered('AME', morning), reported('AF', aMeasure('b', 'MO 09:00-11:00')))
  const { conflictId } = conflictOf(clashing, 'TIME_OVERLAP')
  const step = (plan: typeof clashing) => nextStep(plan.conflicts.get(conflictId)!, [...plan.proposals.values()])
  const seen = when(clashing, { type: 'AcknowledgeConflict', conflictId, by: 'AME' }).plan
  const told = when(seen, { type: 'SetUntilDecided', conflictId, text: 'Gå till a', by: 'AME' }).plan
  const changes = [{ measureId: idOf('AF', 'b'), weekly: weeklyFrom('FR 09:00-11:00') }]
  const sent = when(told, {
    type: 'SendProposal',
    proposalId: 'p',
    conflictId,
    options: [{ id: 'A', label: 'A', changes }],
    reason: 'r',
    by: 'AME',
  }).plan
  const agreed = when(sent, { type: 'AnswerProposal', proposalId: 'p', optionId: 'A', answer: 'ACCEPT', by: 'AF' }).plan
  expect([clashing, seen, told, sent, agreed].map(step)).toEqual([
    'Bekräfta att du har sett krocken',
    'Bestäm vad deltagaren ska göra tills vidare',
    'Föreslå en lösning',
    'Väntar på svar från AF',
    'Inget mer att göra: löst, och kontrollerad mot planen',
  ])
  expect(nextStep(sent.conflicts.get(conflictId)!, [])).toBe('Väntar på svar')
  expect([ownerInWords('AF'), ownerInWords('AME')]).toEqual(['AF, med leverantören', 'AME'])
})
