import { expect, test } from 'vitest'
import type { Conflict, PlanMeasure } from '../api/model.ts'
import { dayNumber } from './calendar.ts'
import { weekLayout } from './week-layout.ts'

const training: PlanMeasure = {
  measureId: 'training',
  owner: 'AME',
  weekly: [{ days: ['MO', 'TU', 'WE', 'TH'], start: '08:00', end: '14:00' }],
  from: '2026-03-02',
  to: '2026-08-28',
}
const matching: PlanMeasure = {
  measureId: 'matching',
  owner: 'AF',
  weekly: [{ days: ['MO', 'WE'], start: '09:00', end: '12:00' }],
  from: '2026-05-04',
  to: '2026-11-03',
}
const evening: PlanMeasure = {
  measureId: 'evening',
  owner: 'VUX',
  weekly: [{ days: ['MO'], start: '17:00', end: '20:00' }],
  from: '2026-01-12',
}
const course: PlanMeasure = { measureId: 'course', hoursPerWeek: 4, from: '2026-05-10', to: '2026-06-10' }
const overlap: Conflict = {
  id: 'c1',
  code: 'TIME_OVERLAP',
  state: 'DETECTED',
  measures: ['matching', 'training'],
  occurrences: [{ day: 'MO', start: '09:00', end: '12:00', first: '2026-05-04', last: '2026-08-24', count: 17 }],
}
const week = (date: string, conflicts: Conflict[] = [overlap], holidays: string[] = []) =>
  weekLayout(dayNumber(date), { measures: [training, matching, evening, course] }, conflicts, holidays)
const titles = (day: { items: { measure: PlanMeasure }[] } | undefined) => day?.items.map((item) => item.measure.measureId)

test('measures at the same time stand side by side, others take the whole width', () => {
  const monday = week('2026-05-04').days[0]
  expect(monday?.items.map((item) => [item.measure.measureId, item.lane, item.lanes])).toEqual([
    ['training', 0, 2],
    ['matching', 1, 2],
    ['evening', 0, 1],
  ])
})

test('an occurrence is marked with the open conflicts of its own date only', () => {
  const { days } = week('2026-05-04')
  expect(days[0]?.items.map((item) => item.clashes)).toEqual([['TIME_OVERLAP'], ['TIME_OVERLAP'], []])
  expect(days[2]?.items.every((item) => item.clashes.length === 0)).toBe(true)
  expect(week('2026-05-04', [{ ...overlap, state: 'VERIFIED' }]).days[0]?.items.every((item) => item.clashes.length === 0)).toBe(true)
})

test('nothing happens outside a measure’s dates or on a holiday', () => {
  expect(titles(week('2026-04-27').days[0])).toEqual(['training', 'evening'])
  const { days } = week('2026-05-04', [], ['2026-05-04'])
  expect([days[0]?.holiday, titles(days[0])]).toEqual([true, []])
})

test('the grid shows the hours that are used, at least an office day', () => {
  expect([week('2026-05-04').firstHour, week('2026-05-04').lastHour]).toEqual([8, 20])
  const empty = weekLayout(dayNumber('2026-05-04'), { measures: [] }, [], [])
  expect([empty.firstHour, empty.lastHour]).toEqual([8, 17])
})

test('a self-paced measure is listed in every week its dates touch', () => {
  expect(week('2026-05-04').selfPaced.map((measure) => measure.measureId)).toEqual(['course'])
  expect(week('2026-06-15').selfPaced).toEqual([])
})
