import type { gateway } from '@samresa/contracts'
import { expect, test } from 'vitest'
import { faultOfMeasure } from './measure-check.ts'
import { canonicalMeasure } from './measure-content.ts'

const matching: gateway.MeasureJson = {
  ref: 'M2.4',
  version: '1',
  title: 'Rusta och matcha 2',
  areas: ['job'],
  place: 'STO',
  weekly: [{ days: ['MO', 'WE'], start: '09:00', end: '12:00' }],
  from: '2026-05-04',
  to: '2026-11-03',
}

const faultOf = (changes: Partial<gateway.MeasureJson>) => faultOfMeasure(canonicalMeasure({ ...matching, ...changes }))
const invalid = (pointer: string) => ({ code: 'INVALID_FIELD', pointer })

test('takes a measure as agencies decide it', () => {
  expect(faultOf({})).toBeUndefined()
})

test('takes what is incomplete or unknown here: a decision is a fact', () => {
  expect(faultOf({ title: '', areas: ['something-new'], place: 'NOWHERE', programme: 'NEW' })).toBeUndefined()
})

test('takes a measure without an end, and one without any times', () => {
  expect(faultOfMeasure({ ref: 'X', version: '1', from: '2026-05-04' })).toBeUndefined()
})

test('takes a pattern that never occurs', () => {
  expect(faultOf({ weekly: [{ days: ['SU'], start: '09:00', end: '12:00' }], to: '2026-05-05' })).toBeUndefined()
})

test('takes an end on the first day, and rows that touch', () => {
  const touching = [
    { days: ['MO'], start: '09:00', end: '10:00' },
    { days: ['MO'], start: '10:00', end: '11:00' },
  ]
  expect(faultOf({ to: '2026-05-04', weekly: touching })).toBeUndefined()
})

test.each<[string, Partial<gateway.MeasureJson>]>([
  ['/ref', { ref: '' }],
  ['/ref', { ref: 'x'.repeat(101) }],
  ['/version', { version: '0' }],
  ['/version', { version: '-1' }],
  ['/version', { version: '01' }],
  ['/version', { version: '1e3' }],
  ['/version', { version: '9223372036854775808' }],
  ['/from', { from: '' }],
  ['/from', { from: '2026-02-29' }],
  ['/from', { from: '2026-13-01' }],
  ['/from', { from: '26-05-04' }],
  ['/to', { to: '2026-11-31' }],
  ['/hoursPerWeek', { weekly: [], hoursPerWeek: -1 }],
  ['/hoursPerWeek', { weekly: [], hoursPerWeek: Number.NaN }],
  ['/hoursPerWeek', { weekly: [], hoursPerWeek: 'Infinity' }],
  ['/hoursPerWeek', { hoursPerWeek: 4 }],
  ['/areas/1', { areas: ['job', ''] }],
  ['/areas', { areas: Array.from({ length: 11 }, () => 'job') }],
  ['/purpose', { purpose: 'x'.repeat(2001) }],
  ['/weekly/0/days', { weekly: [{ days: [], start: '09:00', end: '12:00' }] }],
  ['/weekly/0/days/1', { weekly: [{ days: ['MO', 'MONDAY'], start: '09:00', end: '12:00' }] }],
  ['/weekly/0/start', { weekly: [{ days: ['MO'], start: '9:00', end: '12:00' }] }],
  ['/weekly/0/end', { weekly: [{ days: ['MO'], start: '09:00', end: '24:00' }] }],
])('names %s as the faulty field of %j', (pointer, changes) => {
  expect(faultOf(changes)).toEqual(invalid(pointer))
})

test('finds an end before the start, of the dates and of a row', () => {
  expect(faultOf({ to: '2026-05-03' })).toEqual({ code: 'END_BEFORE_START', pointer: '/to' })
  expect(faultOf({ weekly: [{ days: ['MO'], start: '12:00', end: '09:00' }] })).toEqual({
    code: 'END_BEFORE_START',
    pointer: '/weekly/0/end',
  })
  expect(faultOf({ weekly: [{ days: ['MO'], start: '12:00', end: '12:00' }] })).toEqual({
    code: 'END_BEFORE_START',
    pointer: '/weekly/0/end',
  })
})

test('finds rows of one measure that stand in each other’s way, on a shared day only', () => {
  const rows = (day: string) => [
    { days: ['MO', 'WE'], start: '09:00', end: '12:00' },
    { days: [day], start: '11:59', end: '13:00' },
  ]
  expect(faultOf({ weekly: rows('WE') })).toEqual({ code: 'OVERLAPPING_OWN_PATTERN', pointer: '/weekly/1' })
  expect(faultOf({ weekly: rows('TU') })).toBeUndefined()
})
