import { expect, test } from 'vitest'
import type { Conflict } from '../api/model.ts'
import { firstUndecided, ownMarkOf } from './own-mark.ts'

const clash: Conflict = {
  id: 'c1',
  code: 'TIME_OVERLAP',
  state: 'DETECTED',
  measures: ['training', 'matching'],
  occurrences: [{ date: '2026-05-04', start: '09:00', end: '12:00' }],
}
const decided: Conflict = { ...clash, untilDecided: { text: 'Gå till arbetsträningen.', attend: 'training' } }
const markOf = (measureId: string, conflict: Conflict, date = '2026-05-04') => ownMarkOf(measureId, date, [conflict])

test('what is decided says where to go and where not to', () => {
  expect([markOf('training', decided), markOf('matching', decided)]).toEqual(['go', 'wait'])
  expect(markOf('training', { ...clash, untilDecided: { text: 'Vänta.', nothingToDo: true } })).toBe('wait')
})

test('before anything is decided both sides say so, on their own dates only', () => {
  expect([markOf('training', clash), markOf('matching', clash)]).toEqual(['undecided', 'undecided'])
  expect([markOf('course', clash), markOf('training', clash, '2026-05-05')]).toEqual([undefined, undefined])
})

test('a closed clash and one that is none leave no mark', () => {
  expect(markOf('training', { ...clash, state: 'VERIFIED' })).toBeUndefined()
  expect(markOf('training', { ...clash, code: 'PLAN_DEVIATION' })).toBeUndefined()
})

test('somewhere to stay away from outweighs somewhere to go', () => {
  const other: Conflict = { ...decided, id: 'c2', untilDecided: { text: 'Gå till kursen.', attend: 'course' } }
  expect(ownMarkOf('training', '2026-05-04', [decided, other])).toBe('wait')
})

test('the first undecided date is the next one from today', () => {
  expect(firstUndecided([clash], '2026-04-28')).toBe('2026-05-04')
  expect(firstUndecided([clash], '2026-05-05')).toBeUndefined()
  expect(firstUndecided([decided], '2026-04-28')).toBeUndefined()
})
