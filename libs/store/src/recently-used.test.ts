import { expect, test } from 'vitest'
import { createRecentlyUsed } from './recently-used.ts'

test('what was used least recently is forgotten first, once the weights are too much', () => {
  const known = createRecentlyUsed<number>(10, (value) => value)
  known.set('a', 4)
  known.set('b', 4)
  known.get('a')
  known.set('c', 4)
  expect([known.get('a'), known.get('b'), known.get('c')]).toEqual([4, undefined, 4])
})

test('a value that is replaced weighs what it weighs now', () => {
  const known = createRecentlyUsed<number>(10, (value) => value)
  known.set('a', 9)
  known.set('a', 1)
  known.set('b', 9)
  expect([known.get('a'), known.get('b')]).toEqual([1, 9])
})

test('a value that alone is too much is still kept', () => {
  const known = createRecentlyUsed<number>(10, (value) => value)
  known.set('a', 99)
  expect(known.get('a')).toBe(99)
})
