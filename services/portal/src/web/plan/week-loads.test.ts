import { expect, test } from 'vitest'
import { loadRowsOf } from './week-loads.ts'

test('weeks with the same hours become one row, and more than the limit is told', () => {
  const rows = loadRowsOf([
    { week: '2026-W18', hours: 31.5, capacity: 40 },
    { week: '2026-W19', hours: 40.25, capacity: 40 },
    { week: '2026-W20', hours: 40.25, capacity: 40 },
    { week: '2026-W21', hours: 31.5, capacity: 40 },
  ])
  expect(rows.map((row) => [row.firstWeek, row.lastWeek, row.weeks, row.over])).toEqual([
    ['2026-W18', '2026-W18', 1, false],
    ['2026-W19', '2026-W20', 2, true],
    ['2026-W21', '2026-W21', 1, false],
  ])
})

test('runs of weeks are understood, and hours that are not for this viewer stay unknown', () => {
  expect(loadRowsOf([{ firstWeek: '2026-W37', lastWeek: '2026-W41', count: 5 }])).toEqual([
    { firstWeek: '2026-W37', lastWeek: '2026-W41', weeks: 5, hours: undefined, capacity: undefined, over: false },
  ])
})

test('exactly the limit is not over it', () => {
  expect(loadRowsOf([{ week: '2026-W18', hours: 40, capacity: 40 }])[0]?.over).toBe(false)
})
