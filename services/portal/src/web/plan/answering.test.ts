import { expect, test } from 'vitest'
import { counterMeasures, decidesOption } from './answering.ts'

const measures = [
  { measureId: 'course', owner: 'AF' },
  { measureId: 'matching', owner: 'AF' },
  { measureId: 'training', owner: 'AME' },
  { masked: true, owner: 'AF' },
]
const proposal = { options: [{ id: 'A', label: 'A', changes: [{ measureId: 'training' }] }] }

test('an agency offers other times for its own measures only, those the conflict is about first', () => {
  const own = counterMeasures('AF', measures, proposal, { measures: ['matching', 'training'] })
  expect(own.map(({ measureId }) => measureId)).toEqual(['matching', 'course'])
  expect(counterMeasures('FK', measures, proposal, undefined)).toEqual([])
})

test('an officer answers every option, a caseworker those that only the own agency has to accept', () => {
  const officer = { role: 'officer', agency: 'AF' }
  const anna = { role: 'caseworker', agency: 'AME' }
  expect([['AF'], ['AME'], undefined].map((accepters) => decidesOption(officer, accepters))).toEqual([true, true, true])
  expect([['AF'], ['AME'], undefined].map((accepters) => decidesOption(anna, accepters))).toEqual([false, true, false])
  expect(decidesOption({ role: 'auditor' }, ['AME'])).toBe(false)
})
