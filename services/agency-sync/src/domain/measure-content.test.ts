import type { gateway } from '@samresa/contracts'
import { expect, test } from 'vitest'
import { canonicalMeasure, contentOf } from './measure-content.ts'

const matching: gateway.MeasureJson = {
  ref: 'M2.4',
  version: '1',
  title: 'Rusta och matcha 2',
  areas: ['job'],
  weekly: [{ days: ['MO', 'WE'], start: '09:00', end: '12:00' }],
  from: '2026-05-04',
}

test('names the same content alike, however it is written', () => {
  const spelled: gateway.MeasureJson = {
    from: '2026-05-04',
    to: '',
    place: '',
    requires: [],
    hoursPerWeek: 0,
    countsAsLoad: true,
    weekly: [{ end: '12:00', start: '09:00', days: ['WE', 'MO', 'WE'] }],
    areas: ['job'],
    title: 'Rusta och matcha 2',
    version: '7',
    ref: 'another',
  }
  expect(contentOf(spelled)).toBe(contentOf(matching))
})

test.each<[string, Partial<gateway.MeasureJson>]>([
  ['title', { title: 'Rusta och matcha 3' }],
  ['place', { place: 'STO' }],
  ['times', { weekly: [{ days: ['MO', 'WE'], start: '09:00', end: '12:30' }] }],
  ['days', { weekly: [{ days: ['MO'], start: '09:00', end: '12:00' }] }],
  ['end', { to: '2026-11-03' }],
  ['load', { countsAsLoad: false }],
  ['main area', { areas: ['competence', 'job'] }],
])('names another content when the %s differ', (_what, changes) => {
  expect(contentOf({ ...matching, ...changes })).not.toBe(contentOf(matching))
})

test('keeps a number of hours that is none, for the check to find', () => {
  expect(canonicalMeasure({ hoursPerWeek: Number.NaN })).toEqual({ hoursPerWeek: Number.NaN })
})
