import { create } from '@bufbuild/protobuf'
import { directory as contract } from '@samresa/contracts'
import { expect, test } from 'vitest'
import { aMeasure, conflictOf, context, entered, given, idOf, opened, participantId, weeklyFrom, when } from '../domain/plan.builder.ts'
import type { Plan } from '../domain/plan.ts'
import { conflictAnswerFor } from './conflict-view.ts'

const facts = create(contract.ParticipantFactsSchema, { participantId, agencies: ['AME'] })
const reader = { actor: { user: 'yonas', role: 'participant' as const, participantId }, facts, today: context.today }
const shown = (plan: Plan) =>
  conflictAnswerFor(reader, conflictOf(plan, 'OVER_CAPACITY'), { plan, region: context.region, evidence: new Map() })

test('what to attend is told for as long as the conflict is about it', () => {
  const long = aMeasure('long', 'MO-FR 08:00-16:00')
  const evening = aMeasure('evening', 'MO 17:00-19:00', { to: '2026-05-10' })
  const plan = given(opened(20), entered('AME', long), entered('AME', evening))
  const { conflictId } = conflictOf(plan, 'OVER_CAPACITY')
  const told = when(plan, { type: 'SetUntilDecided', conflictId, text: 'Gå dit', attend: idOf('AME', 'evening'), by: 'AME' }).plan
  expect(shown(told)).toMatchObject({ untilDecided: { text: 'Gå dit', attend: idOf('AME', 'evening') } })
  const later = { ...evening, weekly: weeklyFrom('MO 17:00-19:00'), from: '2027-05-04', to: '2027-05-10' }
  const moved = when(told, { type: 'ChangeMeasure', measureId: idOf('AME', 'evening'), measure: later }).plan
  expect(shown(moved)?.untilDecided).toEqual(expect.not.objectContaining({ attend: expect.anything() }))
})
