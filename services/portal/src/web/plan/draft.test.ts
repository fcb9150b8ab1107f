import { expect, test } from 'vitest'
import type { PlanMeasure } from '../api/model.ts'
import { changeFrom, changesOf, draftFrom, faultOf, optionLetter, withoutRow, withRow } from './draft.ts'

const matching: PlanMeasure = {
  measureId: 'matching',
  weekly: [{ days: ['MO', 'WE'], start: '09:00', end: '12:00' }],
  from: '2026-05-04',
  to: '2026-11-03',
}
const draft = draftFrom(matching)

test('only what differs from today’s schedule becomes a change', () => {
  expect(changeFrom(draft, matching)).toBeUndefined()
  expect(changeFrom({ ...draft, from: '2026-08-31' }, matching)).toEqual({ measureId: 'matching', from: '2026-08-31' })
  expect(changeFrom({ ...draft, to: '2026-04-30' }, matching)).toEqual({ measureId: 'matching', to: '2026-04-30' })
})

test('new days and times replace the whole week', () => {
  const moved = { ...draft, rows: [{ days: ['FR'], start: '13:00', end: '16:00' }], from: '2026-05-22', to: '2026-11-06' }
  expect(changeFrom(moved, matching)).toEqual({
    measureId: 'matching',
    weekly: [{ days: ['FR'], start: '13:00', end: '16:00' }],
    from: '2026-05-22',
    to: '2026-11-06',
  })
})

test('a last day that is cleared is taken away, and one that never was is no change', () => {
  expect(changeFrom({ ...draft, to: '' }, matching)).toEqual({ measureId: 'matching', openEnded: true })
  expect(faultOf({ ...draft, to: '' }, matching)).toBeUndefined()
  const { to: _, ...endless } = matching
  expect(changeFrom(draftFrom(endless), endless)).toBeUndefined()
})

test('a new weekly row begins at the hours of the last one and waits for its days', () => {
  const more = withRow(draft)
  expect(more.rows).toEqual([...draft.rows, { days: [], start: '09:00', end: '12:00' }])
  expect(faultOf(more, matching)).toEqual({ field: 'days', row: 1 })
  expect(changeFrom(withoutRow(more, 1), matching)).toBeUndefined()
  expect(withRow({ ...draft, rows: [] }).rows).toEqual([{ days: [], start: '09:00', end: '12:00' }])
})

test('the order in which days were ticked does not matter', () => {
  const ticked = { ...draft, rows: [{ days: ['WE', 'MO'], start: '09:00', end: '12:00' }] }
  expect(changeFrom(ticked, matching)).toBeUndefined()
})

test('a draft names its first fault', () => {
  expect(faultOf(draft, undefined)).toEqual({ field: 'measure' })
  expect(faultOf({ ...draft, rows: [{ days: [], start: '09:00', end: '12:00' }] }, matching)).toEqual({ field: 'days', row: 0 })
  expect(faultOf({ ...draft, rows: [{ days: ['FR'], start: '12:00', end: '12:00' }] }, matching)).toEqual({ field: 'times', row: 0 })
  expect(faultOf({ ...draft, to: '2026-05-01' }, matching)).toEqual({ field: 'dates' })
  expect(faultOf(draft, matching)).toEqual({ field: 'nothing-changed' })
  expect(faultOf({ ...draft, from: '2026-08-31' }, matching)).toBeUndefined()
})

test('an option can be tried when all its changes are ready', () => {
  const later = { ...draft, from: '2026-08-31' }
  expect(changesOf({ key: 1, label: 'B', changes: [later] }, [matching])).toHaveLength(1)
  expect(changesOf({ key: 1, label: 'B', changes: [later, draft] }, [matching])).toBeUndefined()
  expect(changesOf({ key: 1, label: 'B', changes: [later] }, [])).toBeUndefined()
})

test('options are lettered', () => {
  expect([0, 1, 2].map(optionLetter)).toEqual(['A', 'B', 'C'])
})

test('a draft never shares rows with the plan it was made from', () => {
  const own = draftFrom(matching)
  own.rows[0]?.days.push('FR')
  expect(matching.weekly?.[0]?.days).toEqual(['MO', 'WE'])
})
