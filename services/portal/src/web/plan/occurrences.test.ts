import { expect, test } from 'vitest'
import { allDatesOf, nextDateOf, runsOf } from './occurrences.ts'

const mondays = { day: 'MO', start: '09:00', end: '12:00', first: '2026-05-04', last: '2026-05-25', count: 3, leftOut: ['2026-05-18'] }

test('a run stands for each of its weekly dates except those left out', () => {
  expect(runsOf({ occurrences: [mondays] })).toEqual([
    { weekday: 0, start: '09:00', end: '12:00', dates: ['2026-05-04', '2026-05-11', '2026-05-25'] },
  ])
})

test('single dates are gathered by weekday and time, Monday first', () => {
  const runs = runsOf({
    occurrences: [
      { date: '2026-05-06', start: '09:00', end: '12:00' },
      { date: '2026-05-11', start: '09:00', end: '12:00' },
      { date: '2026-05-04', start: '09:00', end: '12:00' },
    ],
  })
  expect(runs.map((run) => [run.weekday, run.dates])).toEqual([
    [0, ['2026-05-04', '2026-05-11']],
    [2, ['2026-05-06']],
  ])
})

test('the first date to look at is the next one, and the last one when all are past', () => {
  expect(nextDateOf({ occurrences: [mondays] }, '2026-05-05')).toBe('2026-05-11')
  expect(nextDateOf({ occurrences: [mondays] }, '2026-07-01')).toBe('2026-05-25')
  expect(nextDateOf({}, '2026-07-01')).toBeUndefined()
})

test('a date with two clashes counts once', () => {
  expect(allDatesOf({ occurrences: [mondays, { ...mondays, start: '13:00', end: '14:00' }] })).toHaveLength(3)
})
