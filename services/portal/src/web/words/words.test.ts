import { expect, test } from 'vitest'
import { ApiError } from '../api/client.ts'
import type { PlanMeasure } from '../api/model.ts'
import { dayNumber } from '../plan/calendar.ts'
import { extentInWords, findingInWords, measuresInWords, titleOf, weekSpanInWords } from './conflict-words.ts'
import { dayInWords, daysInWords, instantInWords, spanInWords, weekInWords } from './dates.ts'
import { errorInWords } from './error-words.ts'
import { fill, listInWords, numberInWords } from './fill.ts'
import { messages } from './messages.ts'
import { changeInWords, scheduleInWords } from './schedule-words.ts'

const measures: PlanMeasure[] = [
  { measureId: 'm1', title: 'Arbetsträning second hand', owner: 'AME' },
  { measureId: 'm2', masked: true },
]
const overlap = {
  code: 'TIME_OVERLAP',
  measures: ['m1', 'm2'],
  occurrences: [
    { day: 'MO', start: '09:00', end: '12:00', first: '2026-05-04', last: '2026-08-24', count: 17 },
    { day: 'WE', start: '09:00', end: '12:00', first: '2026-05-06', last: '2026-08-26', count: 17 },
  ],
}

test('a clash is told by weekday, how often, and between which days', () => {
  expect(extentInWords(overlap)).toBe('Måndagar 17 gånger, 4 maj – 24 aug; onsdagar 17 gånger, 6 maj – 26 aug')
})

test('two clashes on one date count once', () => {
  const twice = {
    ...overlap,
    occurrences: [
      { date: '2026-05-04', start: '09:00', end: '10:00' },
      { date: '2026-05-04', start: '11:00', end: '12:00' },
    ],
  }
  expect(extentInWords(twice)).toBe('Måndagar 1 gång, 4 maj')
})

test('too many hours are told by week, and without figures when they are not for this viewer', () => {
  expect(
    extentInWords({
      code: 'OVER_CAPACITY',
      weeks: [{ firstWeek: '2026-W37', lastWeek: '2026-W41', hours: 40.25, capacity: 40, count: 5 }],
    }),
  ).toBe('Vecka 37–41: 40,25 av 40 timmar i veckan')
  expect(extentInWords({ code: 'OVER_CAPACITY', weeks: [{ week: '2026-W37' }] })).toBe('Vecka 37')
})

test('a measure that may not be seen is busy time', () => {
  expect(findingInWords({ code: 'PLAN_DEVIATION', measures: ['m2'] }, measures)).toBe('Ingår inte i den gemensamma planen: Upptagen tid.')
})

test('the side of a conflict that may not be seen is busy time too', () => {
  expect(measuresInWords({ measures: ['m1'], masked: true }, measures)).toBe('Arbetsträning second hand och Upptagen tid')
})

test('a measure whose title is sealed goes by its ref', () => {
  expect(titleOf({ measureId: 'm3', ref: 'M2.4', owner: 'AF' })).toBe('Insats M2.4')
  expect(titleOf(undefined)).toBe('Upptagen tid')
})

test('a finding that planning explained is told in planning’s words', () => {
  expect(findingInWords({ ...overlap, code: 'TRAVEL_TIME', explanation: { sv: '14 fredagar, 30 av 50 minuter' } }, measures)).toBe(
    'För kort tid att ta sig emellan: Arbetsträning second hand och Upptagen tid. 14 fredagar, 30 av 50 minuter.',
  )
})

test('years are named only where they are needed', () => {
  expect(dayInWords('2026-05-04', '2026-04-28')).toBe('4 maj')
  expect(spanInWords('2026-05-04', '2026-11-03', '2026-04-28')).toBe('4 maj – 3 nov')
  expect(spanInWords('2026-05-04', '2026-11-03')).toBe('4 maj – 3 nov 2026')
  expect(spanInWords('2026-12-20', '2027-01-10', '2026-04-28')).toBe('20 dec – 10 jan 2027')
  expect(spanInWords('2026-05-04', undefined, '2026-04-28')).toBe('från 4 maj')
})

test('days in a row are shortened from three on', () => {
  expect(daysInWords(['MO', 'TU', 'WE', 'TH'])).toBe('mån–tors')
  expect(daysInWords(['WE', 'MO'])).toBe('mån och ons')
  expect(daysInWords(['MO', 'WE', 'FR'])).toBe('mån, ons, fre')
})

test('a schedule is told in one line', () => {
  expect(
    scheduleInWords({ weekly: [{ days: ['FR'], start: '13:00', end: '16:00' }], from: '2026-05-22', to: '2026-11-06' }, '2026-04-28'),
  ).toBe('fre 13.00–16.00, 22 maj – 6 nov')
  expect(scheduleInWords({ hoursPerWeek: 4, from: '2026-03-16', to: '2026-04-10' }, '2026-04-28')).toBe(
    '4 timmar i veckan, 16 mars – 10 apr',
  )
})

test('a change says only what it changes', () => {
  expect(changeInWords({ measureId: 'm1', to: '2026-04-30' }, measures, '2026-04-28')).toBe('Arbetsträning second hand: till 30 apr')
  expect(changeInWords({ measureId: 'm1', openEnded: true }, measures)).toBe('Arbetsträning second hand: utan sista dag')
  expect(changeInWords({ measureId: 'm1', remove: true }, measures)).toBe('Arbetsträning second hand tas bort')
})

test('weeks are named by number and days', () => {
  expect(weekInWords(dayNumber('2026-05-04'))).toBe('Vecka 19, 4–10 maj')
  expect(weekInWords(dayNumber('2026-04-27'))).toBe('Vecka 18, 27 apr – 3 maj')
  expect(weekSpanInWords('2026-W19', '2026-W21')).toBe('vecka 19–21')
})

test('an instant is told in local time', () => {
  expect(instantInWords('2026-04-28T06:05:00.000Z', '2026-01-01')).toBe('28 apr kl. 08.05')
})

test('small words: lists, figures, gaps left visible', () => {
  expect(listInWords(['AME', 'AF', 'FK'], ' och ')).toBe('AME, AF och FK')
  expect(numberInWords(34.5)).toBe('34,5')
  expect(fill('{a} {b}', { a: 1 })).toBe('1 {b}')
})

test('a refusal is told by its code, else by its status, else plainly', () => {
  expect(errorInWords(new ApiError(409, 'PROPOSAL_CLOSED'))).toBe(messages.errors.PROPOSAL_CLOSED)
  expect(errorInWords(new ApiError(412, 'UNHEARD_OF'))).toBe(messages.errors.STALE)
  expect(errorInWords(new Error('x'))).toBe(messages.errors.other)
})
