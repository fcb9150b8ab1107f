import { expect, test } from 'vitest'
import type { Conflict } from '../api/model.ts'
import { followsClash } from './conflict-states.ts'

const deviation: Conflict = { id: 'd', code: 'PLAN_DEVIATION', state: 'DETECTED', measures: ['matching'] }
const clash: Conflict = { id: 'c', code: 'TIME_OVERLAP', state: 'ACKNOWLEDGED', measures: ['training', 'matching'] }

test('a deviation goes with an open clash of the same measure, and with no other', () => {
  expect(followsClash(deviation, [clash, deviation])).toBe(true)
  expect(followsClash(clash, [clash, deviation])).toBe(false)
  expect(followsClash(deviation, [{ ...clash, state: 'VERIFIED' }])).toBe(false)
  expect(followsClash(deviation, [{ ...clash, measures: ['training', 'course'] }])).toBe(false)
})
