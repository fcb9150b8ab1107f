import { expect, test } from 'vitest'
import { verdictOf } from './verdict.ts'

const clash = { code: 'TIME_OVERLAP' }
const deviation = { code: 'PLAN_DEVIATION' }
const effect = (caused: { code: string }[], remaining: { code: string }[], cured = ['c1']) => verdictOf({ caused, remaining, cured }, 'c1')

test('changes that solve the conflict and leave nothing are clean', () => {
  expect(effect([], [])).toBe('clean')
})

test('what stays without being a clash of times does not hide that no clash remains', () => {
  expect(effect([], [deviation])).toBe('open')
  expect(effect([], [{ code: 'OVER_CAPACITY' }])).toBe('open')
})

test('another clash that stays is told', () => {
  expect(effect([], [deviation, clash])).toBe('others-clash')
  expect(effect([], [{ code: 'TRAVEL_TIME' }])).toBe('others-clash')
})

test('a new problem comes before everything, an unsolved conflict next', () => {
  expect(effect([deviation], [clash])).toBe('caused')
  expect(effect([], [clash], [])).toBe('unsolved')
})
