import { expect, test } from 'vitest'
import { type AnsweredConflict, differencesBetween, foundConflictsFrom, rowsFrom } from './findings.ts'

const overlap = (state: string, dates: string[]): AnsweredConflict => ({
  code: 'TIME_OVERLAP',
  state,
  measures: ['id-b', 'id-a'],
  occurrences: dates.map((date) => ({ date, start: '09:00', end: '12:00' })),
})
const load = (week: string, hours: number): AnsweredConflict => ({
  code: 'OVER_CAPACITY',
  state: 'DETECTED',
  measures: ['id-a'],
  weeks: [{ week, hours, capacity: 40 }],
})
const fileIdOf = (id: string) => id.replace('id-', 'M')

test('a conflict that is closed is not found', () => {
  expect(foundConflictsFrom([overlap('VERIFIED', ['2026-05-04']), overlap('WITHDRAWN', ['2026-05-04'])], fileIdOf)).toEqual([])
})

test('conflicts stand in order of code and measures, with the ids of the file sorted and all weeks of load in one entry', () => {
  const deviation = { code: 'PLAN_DEVIATION', state: 'DETECTED', measures: ['id-a'] }
  expect(
    foundConflictsFrom(
      [overlap('DETECTED', ['2026-05-06', '2026-05-04']), load('2026-W38', 41), load('2026-W37', 40.254), deviation],
      fileIdOf,
    ),
  ).toEqual([
    {
      code: 'OVER_CAPACITY',
      weeks: [
        { week: '2026-W37', hours: 40.25, capacity: 40 },
        { week: '2026-W38', hours: 41, capacity: 40 },
      ],
    },
    { code: 'PLAN_DEVIATION', measures: ['Ma'] },
    {
      code: 'TIME_OVERLAP',
      measures: ['Ma', 'Mb'],
      occurrences: [
        { date: '2026-05-04', start: '09:00', end: '12:00' },
        { date: '2026-05-06', start: '09:00', end: '12:00' },
      ],
    },
  ])
})

test('pairs are counted by weekday and distinct date', () => {
  const found = foundConflictsFrom([overlap('DETECTED', ['2026-05-04', '2026-05-04', '2026-05-06', '2026-05-11'])], fileIdOf)
  expect(rowsFrom(found)).toEqual([
    { code: 'TIME_OVERLAP', measures: ['Ma', 'Mb'], day: 'MO', count: 2, first: '2026-05-04', last: '2026-05-11' },
    { code: 'TIME_OVERLAP', measures: ['Ma', 'Mb'], day: 'WE', count: 1, first: '2026-05-06', last: '2026-05-06' },
  ])
})

const monday = { code: 'TIME_OVERLAP', measures: ['M1', 'M2'], day: 'MO', count: 2, first: '2026-05-04', last: '2026-05-11' }
const heavyWeek = { code: 'OVER_CAPACITY', week: '2026-W37', hours: 40.25, capacity: 40 }

test('equal rows differ in nothing, whatever their order and that of the ids', () => {
  expect(differencesBetween([monday, heavyWeek], [heavyWeek, { ...monday, measures: ['M2', 'M1'] }])).toEqual([])
})

test('hours are compared with two decimals', () => {
  expect(differencesBetween([heavyWeek], [{ ...heavyWeek, hours: 40.2501 }])).toEqual([])
  expect(differencesBetween([heavyWeek], [{ ...heavyWeek, hours: 40.26 }])).toHaveLength(1)
})

test('a missing row, another count and a row too many are each told', () => {
  expect(
    differencesBetween(
      [monday, heavyWeek],
      [
        { ...monday, count: 3 },
        { ...heavyWeek, week: '2026-W38' },
      ],
    ),
  ).toEqual([
    'OVER_CAPACITY 2026-W37: expected 40.25 of 40.00 hours, not found',
    'TIME_OVERLAP M1 + M2 MO: expected 2 times, 2026-05-04 – 2026-05-11, found 3 times, 2026-05-04 – 2026-05-11',
    'OVER_CAPACITY 2026-W38: found 40.25 of 40.00 hours, not expected',
  ])
})

test('codes beyond the schedule rules are not compared', () => {
  expect(differencesBetween([{ code: 'PLAN_DEVIATION', measures: ['M1'] }], [])).toEqual([])
})
