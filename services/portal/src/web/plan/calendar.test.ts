import { expect, test } from 'vitest'
import { dateFrom, dayNumber, isoWeek, localTimeOf, minutesOf, mondayOf, weekdayIndex } from './calendar.ts'

test('a date survives the way to a day number and back, over leap days too', () => {
  for (const date of ['1970-01-01', '2024-02-29', '2026-05-04', '2027-01-01']) expect(dateFrom(dayNumber(date))).toBe(date)
})

test('weeks begin on Monday, before 1970 too', () => {
  expect(weekdayIndex(dayNumber('2026-05-04'))).toBe(0)
  expect(weekdayIndex(dayNumber('2026-05-10'))).toBe(6)
  expect(weekdayIndex(dayNumber('1969-12-29'))).toBe(0)
  expect(dateFrom(mondayOf(dayNumber('2026-05-10')))).toBe('2026-05-04')
})

test('the first days of January may belong to the last week of the year before', () => {
  expect(isoWeek(dayNumber('2027-01-01'))).toEqual({ year: 2026, week: 53 })
  expect(isoWeek(dayNumber('2026-01-01'))).toEqual({ year: 2026, week: 1 })
  expect(isoWeek(dayNumber('2026-05-04'))).toEqual({ year: 2026, week: 19 })
})

test('an instant is shown in Stockholm time, summer and winter', () => {
  expect(localTimeOf('2026-04-28T22:30:00.000Z')).toEqual({ date: '2026-04-29', time: '00:30' })
  expect(localTimeOf('2026-01-28T22:30:00.000Z')).toEqual({ date: '2026-01-28', time: '23:30' })
  expect(localTimeOf('no instant')).toBeUndefined()
})

test('a clock time is counted in minutes', () => {
  expect(minutesOf('08:30')).toBe(510)
})
