import { describe, expect, test } from 'vitest'
import { type MeasureOrigin, refuseMeasure } from './measure.ts'
import { aMeasure, weeklyFrom } from './plan.builder.ts'

const valid = aMeasure('m', ['MO,WE 09:00-12:00', 'MO 12:00-13:00'])
const faultsOf = (more: object, origin: MeasureOrigin = 'own') => {
  const rejection = refuseMeasure({ ...valid, ...more }, origin, '/measure')
  return rejection && { code: rejection.code, pointers: rejection.fields!.map(({ pointer }) => pointer) }
}

test('rows that only touch, and dates of one day, make a measure', () => {
  expect(faultsOf({ from: '2026-05-04', to: '2026-05-04' })).toBeUndefined()
})

test('what an agency may report may be entered too, up to the last character', () => {
  const longest = { version: '9223372036854775807', ref: 'x'.repeat(100), purpose: 'x'.repeat(2000), requires: ['x'.repeat(200)] }
  expect(faultsOf(longest)).toBeUndefined()
})

describe('what cannot be a measure is refused with the field that is wrong', () => {
  test.each<[string, object, string, string]>([
    ['a day that is no date', { from: '2026-02-30' }, 'INVALID_FIELD', '/measure/from'],
    ['a year out of reach', { to: '9999-12-31' }, 'INVALID_FIELD', '/measure/to'],
    ['an end before the start', { to: '2026-05-03' }, 'END_BEFORE_START', '/measure/to'],
    ['a row that ends as it starts', { weekly: weeklyFrom('MO 09:00-09:00') }, 'END_BEFORE_START', '/measure/weekly/0/end'],
    ['an hour that no clock has', { weekly: weeklyFrom('MO 09:00-24:00') }, 'INVALID_FIELD', '/measure/weekly/0/end'],
    ['an unknown weekday', { weekly: weeklyFrom('XX 09:00-10:00') }, 'INVALID_FIELD', '/measure/weekly/0/days'],
    ['a weekday told twice', { weekly: weeklyFrom('MO,MO 09:00-10:00') }, 'INVALID_FIELD', '/measure/weekly/0/days'],
    ['rows that overlap', { weekly: weeklyFrom('MO-FR 09:00-12:00', 'WE 11:59-13:00') }, 'OVERLAPPING_OWN_PATTERN', '/measure/weekly/1'],
    ['an area that is no word', { areas: [''] }, 'INVALID_FIELD', '/measure/areas/0'],
    ['version nought', { version: '0' }, 'INVALID_FIELD', '/measure/version'],
    ['hours besides a schedule', { hoursPerWeek: 4 }, 'INVALID_FIELD', '/measure/hoursPerWeek'],
    ['more hours than a week has', { weekly: [], hoursPerWeek: 169 }, 'INVALID_FIELD', '/measure/hoursPerWeek'],
    ['no ref', { ref: '' }, 'INVALID_FIELD', '/measure/ref'],
    ['a version past 64 bits', { version: '9223372036854775808' }, 'INVALID_FIELD', '/measure/version'],
    ['a ref longer than its agency may report', { ref: 'x'.repeat(101) }, 'INVALID_FIELD', '/measure/ref'],
    ['a place longer than its agency may report', { place: 'x'.repeat(41) }, 'INVALID_FIELD', '/measure/place'],
    ['more areas than its agency may report', { areas: Array.from({ length: 11 }, () => 'job') }, 'INVALID_FIELD', '/measure/areas'],
    ['an area too long', { areas: ['x'.repeat(41)] }, 'INVALID_FIELD', '/measure/areas/0'],
    ['a requirement too long', { requires: ['x'.repeat(201)] }, 'INVALID_FIELD', '/measure/requires/0'],
    [
      'more rows than a week needs',
      { weekly: weeklyFrom(...Array.from({ length: 51 }, () => 'MO 09:00-10:00')) },
      'INVALID_FIELD',
      '/measure/weekly',
    ],
    ['a title too long', { title: 'x'.repeat(301) }, 'INVALID_FIELD', '/measure/title'],
    ['a load that is no yes or no', { countsAsLoad: 'no' }, 'INVALID_FIELD', '/measure/countsAsLoad'],
  ])('%s', (_, more, code, pointer) => {
    expect(faultsOf(more)).toEqual({ code, pointers: [pointer] })
  })
})

test('a last day out of reach is answered with how to say that there is none', () => {
  const rejection = refuseMeasure({ ...valid, to: '9999-12-31' }, 'own', '/measure')
  expect(rejection!.detail).toContain('leave `to` out for an open end')
})

test('the municipality’s own measures need a purpose and what they lead to; an agency’s do not', () => {
  const bare = { purpose: '', leadsTo: '' }
  expect(faultsOf(bare)).toEqual({ code: 'INVALID_FIELD', pointers: ['/measure/purpose', '/measure/leadsTo'] })
  expect(faultsOf(bare, 'on-behalf')).toBeUndefined()
})

test('every faulty field is told at once', () => {
  expect(faultsOf({ title: '', from: 'x', weekly: weeklyFrom('MO 10:00-9:00') })?.pointers).toEqual([
    '/measure/title',
    '/measure/from',
    '/measure/weekly/0/end',
  ])
})
