import type { Agency } from '@samresa/kernel'
import { describe, expect, test } from 'vitest'
import { aMeasure, conflictOf, context, entered, given, idOf, opened, refusal, reported, weeklyFrom, when } from './plan.builder.ts'
import { type Plan, planDecider } from './plan.ts'

const training = aMeasure('training', 'MO-TH 08:00-14:00', { place: 'NOR' })
const matching = aMeasure('matching', 'MO,WE 09:00-12:00', { place: 'STO' })
const matchingId = idOf('AF', 'matching')

describe('entering a measure', () => {
  test('a clash never refuses it: the conflict follows in the same decision', () => {
    const { types } = when(given(opened(), entered('AME', training)), entered('AME', aMeasure('group', 'MO 10:00-11:00')))
    expect(types).toEqual(['MeasureAdded', 'ConflictDetected'])
  })
  test('the same owner and ref again is refused', () => {
    expect(refusal(given(entered('AME', training)), entered('AME', training))).toEqual({ code: 'MEASURE_EXISTS', pointers: [] })
  })
  test('is version 1, whatever version is told', () => {
    const plan = given(entered('AME', training), entered('AF', { ...matching, version: '7' }))
    expect([plan.measures.get(idOf('AME', 'training'))!.version, plan.measures.get(matchingId)!.version]).toEqual(['1', '1'])
  })
  test('entered for an agency without agreement is REPORTED and no deviation, since AME entered it', () => {
    const plan = given(entered('AF', matching, false))
    expect(plan.measures.get(matchingId)!.state).toBe('REPORTED')
    expect(plan.conflicts.size).toBe(0)
  })
})

describe('changing a measure', () => {
  const plan = given(entered('AME', training))
  const change = (more: object) => ({ type: 'ChangeMeasure' as const, measureId: idOf('AME', 'training'), measure: training, ...more })
  test('makes the next version and keeps the earlier times in the history', () => {
    const { plan: after } = when(plan, change({ measure: { ...training, weekly: weeklyFrom('FR 08:00-12:00') }, expectedVersion: '1' }))
    const { version, history } = after.measures.get(idOf('AME', 'training'))!
    expect(version).toBe('2')
    expect(history).toEqual([{ version: '1', weekly: training.weekly, from: training.from, to: training.to, recordedAt: context.now }])
  })
  test('is refused when the caller has read another version', () => {
    expect(refusal(plan, change({ expectedVersion: '2' }))?.code).toBe('STALE')
  })
  test('of an unknown measure is not found, and its ref cannot change', () => {
    expect(refusal(plan, change({ measureId: 'nowhere' }))?.code).toBe('NOT_FOUND')
    expect(refusal(plan, change({ measure: { ...training, ref: 'other' } }))?.pointers).toEqual(['/measure/ref'])
  })
  test('that an agency has reported is the agency’s; AME changes what it entered for one, and what it speaks for', () => {
    const edit = (owner: Agency, to: Plan) =>
      refusal(to, { type: 'ChangeMeasure', measureId: idOf(owner, 'matching'), measure: { ...matching, title: 'Nytt namn' } })?.code
    expect(edit('AF', given(entered('AF', matching)))).toBeUndefined()
    expect(edit('AF', given(entered('AF', matching), reported('AF', matching, '2')))).toBe('NOT_YOURS')
    expect(edit('REGION', given(reported('REGION', matching)))).toBeUndefined()
  })
  test('that was reported stays the agency’s after an accepted proposal has moved it', () => {
    const told = given(entered('AME', training), reported('AF', matching))
    const { conflictId } = conflictOf(told, 'TIME_OVERLAP')
    const changes = [{ measureId: matchingId, weekly: weeklyFrom('FR 13:00-16:00') }]
    const options = [{ id: 'A', label: 'A', changes }]
    const sent = when(told, { type: 'SendProposal', proposalId: 'p', conflictId, options, reason: 'r', by: 'AME' }).plan
    const moved = when(sent, { type: 'AnswerProposal', proposalId: 'p', optionId: 'A', answer: 'ACCEPT', by: 'AF' }).plan
    expect(refusal(moved, { type: 'ChangeMeasure', measureId: matchingId, measure: matching })?.code).toBe('NOT_YOURS')
  })
  test('of the place alone is checked again', () => {
    const far = given(entered('AME', aMeasure('a', 'MO 08:00-09:00')), entered('AME', aMeasure('b', 'MO 09:20-10:00')))
    const moved = when(far, {
      type: 'ChangeMeasure',
      measureId: idOf('AME', 'b'),
      measure: { ...far.measures.get(idOf('AME', 'b'))!.measure, place: 'STO' },
    })
    expect(moved.types).toEqual(['MeasureChanged', 'ConflictDetected'])
  })
  test('of the title alone leaves the conflicts as they are', () => {
    const clashing = given(entered('AME', training), entered('AME', aMeasure('group', 'MO 10:00-11:00')))
    expect(when(clashing, change({ measure: { ...training, title: 'Nytt namn' } })).types).toEqual(['MeasureChanged'])
  })
})

describe('what an agency reports', () => {
  const plan = given(opened(), entered('AME', training))
  test('is recorded with the overlap and the deviation it means, owned by the agency', () => {
    const { types, plan: after } = when(plan, reported('AF', matching))
    expect(types).toEqual(['AgencyMeasureRecorded', 'ConflictDetected', 'ConflictDetected'])
    expect(conflictOf(after, 'TIME_OVERLAP')).toMatchObject({ owner: 'AF', severity: 'high', state: 'DETECTED' })
    expect(conflictOf(after, 'PLAN_DEVIATION')).toMatchObject({ owner: 'AF', severity: 'high' })
    expect(after.measures.get(matchingId)!.state).toBe('REPORTED')
  })
  test('with the agreed times stays AGREED and deviates in nothing', () => {
    const agreed = when(given(entered('AF', matching)), reported('AF', { ...matching, title: 'Rusta och matcha 2' }, '2'))
    expect(agreed.types).toEqual(['AgencyMeasureRecorded'])
    expect(agreed.plan.measures.get(matchingId)).toMatchObject({ state: 'AGREED', version: '2' })
  })
  test('about a measure that AME entered without agreement leaves it REPORTED, without a deviation', () => {
    const { plan: after } = when(given(entered('AF', matching, false)), reported('AF', matching, '2'))
    expect([after.measures.get(matchingId)!.state, after.conflicts.size]).toEqual(['REPORTED', 0])
  })
  test('by AME itself is its own plan: AGREED, and no deviation', () => {
    const { plan: after } = when(given(), reported('AME', training))
    expect([after.measures.get(idOf('AME', 'training'))!.state, after.conflicts.size]).toEqual(['AGREED', 0])
  })
  test('with other times than agreed deviates, and going back to them withdraws the deviation', () => {
    const moved = when(given(entered('AF', matching)), reported('AF', { ...matching, weekly: weeklyFrom('FR 09:00-12:00') }, '2'))
    expect(conflictOf(moved.plan, 'PLAN_DEVIATION').state).toBe('DETECTED')
    const back = when(moved.plan, reported('AF', matching, '3'))
    expect(back.types).toEqual(['AgencyMeasureRecorded', 'ConflictWithdrawn'])
    expect(back.plan.measures.get(matchingId)!.state).toBe('AGREED')
  })
  test('as a newer version is recorded even when nothing else changed', () => {
    expect(when(given(reported('AF', matching)), reported('AF', matching, '2')).types).toEqual(['AgencyMeasureRecorded'])
  })
  test('late and the same says nothing; late and different becomes the next version', () => {
    const ahead = given(entered('AF', matching), reported('AF', matching, '4'))
    expect(when(ahead, reported('AF', { ...matching, countsAsLoad: true }, '4')).events).toEqual([])
    const late = when(ahead, reported('AF', { ...matching, place: 'NOR' }, '3'))
    expect(late.plan.measures.get(matchingId)).toMatchObject({ version: '5', measure: { place: 'NOR', version: '5' } })
  })
  test('without a title or a purpose, or from an unknown place, is recorded and marked incomplete', () => {
    const { purpose: _purpose, title: _title, ...bare } = matching
    const { plan: after } = when(plan, reported('AF', { ...bare, place: 'NOWHERE' }))
    expect(after.measures.get(matchingId)!.incomplete).toEqual(['/title', '/purpose', '/place'])
  })
  test('moved away withdraws the overlap by itself', () => {
    const clashing = given(entered('AME', training), reported('AF', matching))
    const { types } = when(clashing, reported('AF', { ...matching, weekly: weeklyFrom('FR 09:00-12:00') }, '2'))
    expect(types).toEqual(['AgencyMeasureRecorded', 'ConflictWithdrawn'])
  })
})

describe('a conflict', () => {
  const clashing = given(opened(), entered('AME', training), reported('AF', matching))
  const overlap = conflictOf(clashing, 'TIME_OVERLAP')
  test('with other dates is the same conflict, updated', () => {
    const { plan, types } = when(clashing, reported('AF', { ...matching, weekly: weeklyFrom('MO 09:00-12:00') }, '2'))
    expect(types).toEqual(['AgencyMeasureRecorded', 'ConflictUpdated'])
    expect(conflictOf(plan, 'TIME_OVERLAP').conflictId).toBe(overlap.conflictId)
  })
  test('that was closed and comes again is the same conflict, detected anew', () => {
    const away = when(clashing, reported('AF', { ...matching, weekly: weeklyFrom('FR 09:00-12:00') }, '2')).plan
    const { plan } = when(away, reported('AF', matching, '3'))
    expect(plan.conflicts.get(overlap.conflictId)!.state).toBe('DETECTED')
  })
  test('is acknowledged once', () => {
    const acknowledge = { type: 'AcknowledgeConflict', conflictId: overlap.conflictId, by: 'AME' } as const
    const { plan, types } = when(clashing, acknowledge)
    expect([types, when(plan, acknowledge).types]).toEqual([['ConflictAcknowledged'], []])
  })
  test('accepted as it is stays closed until its times change', () => {
    const accepted = when(clashing, { type: 'AcceptAsIs', conflictId: overlap.conflictId, reason: 'En enda vecka', by: 'AME' }).plan
    const place = when(accepted, reported('AF', { ...matching, place: 'LAR' }, '2'))
    expect(place.types).toEqual(['AgencyMeasureRecorded'])
    expect(when(place.plan, reported('AF', { ...matching, to: '2026-07-01' }, '3')).types).toEqual([
      'AgencyMeasureRecorded',
      'ConflictDetected',
    ])
  })
  test('accepted as it is, gone, and back again is detected anew', () => {
    const accepted = when(clashing, { type: 'AcceptAsIs', conflictId: overlap.conflictId, reason: 'En enda vecka', by: 'AME' }).plan
    const away = when(accepted, reported('AF', { ...matching, weekly: weeklyFrom('FR 09:00-12:00') }, '2')).plan
    const back = when(away, reported('AF', matching, '3'))
    expect(back.types).toContain('ConflictDetected')
    expect(back.plan.conflicts.get(overlap.conflictId)!.state).toBe('DETECTED')
  })
  test('of deviation, accepted as it is, agrees to the times, and shows again when they change', () => {
    const deviation = conflictOf(clashing, 'PLAN_DEVIATION')
    const accepted = when(clashing, { type: 'AcceptAsIs', conflictId: deviation.conflictId, reason: 'Bra insats', by: 'AME' }).plan
    expect(accepted.measures.get(matchingId)!.state).toBe('AGREED')
    const { plan } = when(accepted, reported('AF', { ...matching, to: '2026-07-01' }, '2'))
    expect(conflictOf(plan, 'PLAN_DEVIATION').state).toBe('DETECTED')
  })
  test('can be accepted as it is by AME only, with a reason, while it is open', () => {
    const accept = { type: 'AcceptAsIs', conflictId: overlap.conflictId, reason: 'r', by: 'AME' } as const
    expect(refusal(clashing, { ...accept, by: 'AF' })?.code).toBe('NOT_FOUND')
    expect(refusal(clashing, { ...accept, reason: ' ' })?.pointers).toEqual(['/reason'])
    expect(refusal(when(clashing, accept).plan, accept)?.code).toBe('CONFLICT_CLOSED')
  })
})

describe('until decided', () => {
  const clashing = given(entered('AME', training), reported('AF', matching), reported('FK', aMeasure('fk', 'FR 08:00-09:00')))
  const { conflictId } = conflictOf(clashing, 'TIME_OVERLAP')
  const tell = { type: 'SetUntilDecided', conflictId, text: 'Gå till arbetsträningen', attend: idOf('AME', 'training'), by: 'AME' } as const
  test('is told by the owner of the conflict or by AME, by nobody else', () => {
    expect(when(clashing, tell).plan.conflicts.get(conflictId)!.untilDecided).toMatchObject({
      text: tell.text,
      attend: tell.attend,
      by: 'AME',
    })
    expect(refusal(clashing, { ...tell, by: 'AF' })).toBeUndefined()
    expect(refusal(clashing, { ...tell, by: 'FK' })?.code).toBe('NOT_FOUND')
  })
  test('needs a text of at most 500 characters, and a measure of the conflict to attend or nothing to do', () => {
    expect(refusal(clashing, { ...tell, text: '' })?.pointers).toEqual(['/text'])
    expect(refusal(clashing, { ...tell, text: 'x'.repeat(501) })?.pointers).toEqual(['/text'])
    expect(refusal(clashing, { ...tell, attend: 'nowhere' })?.pointers).toEqual(['/attend'])
    // Seeing the conflict is not seeing this one.
    expect(refusal(clashing, { ...tell, attend: idOf('FK', 'fk') })?.pointers).toEqual(['/attend'])
    expect(refusal(clashing, { ...tell, nothingToDo: true })?.pointers).toEqual(['/nothingToDo'])
  })
  test('told twice alike changes nothing the second time', () => {
    expect(when(when(clashing, tell).plan, tell).events).toEqual([])
  })
})

describe('capacity', () => {
  test('is known once the plan is opened, and what was entered before is checked then', () => {
    const { types } = when(given(entered('AME', training)), opened(20))
    expect(types).toEqual(['PlanOpened', 'ConflictDetected'])
  })
  test('a plan is opened once', () => {
    expect(when(given(opened(40)), opened(10)).events).toEqual([])
  })
  test('five per cent over in every week is slight, more in any week is serious', () => {
    const over = (hoursPerWeek: number) =>
      conflictOf(given(opened(40), entered('AME', aMeasure('own', [], { hoursPerWeek }))), 'OVER_CAPACITY').severity
    expect([over(42), over(42.01)]).toEqual(['low', 'high'])
  })
  test('is resolved by the agency that added the last of what is too much', () => {
    const plan = given(opened(30), entered('AME', training), reported('FK', aMeasure('fk', [], { hoursPerWeek: 10 })))
    expect(conflictOf(plan, 'OVER_CAPACITY').owner).toBe('FK')
  })
  test('a self-paced measure that begins after the last day looked at counts in no week', () => {
    const late = { from: '2028-04-30', hoursPerWeek: 50 }
    const { to: _, ...open } = aMeasure('late', [], late)
    expect(given(opened(40), entered('AME', open)).conflicts.size).toBe(0)
  })
})

test('an event of a kind that the plan does not know leaves it as it is', () => {
  const plan = given(opened())
  expect(planDecider.evolve(plan, { type: 'samresa.planning.v9.Unknown', data: {} } as never)).toBe(plan)
})
