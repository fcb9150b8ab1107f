import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyPersistentMap } from './persistent-map.ts'

test('holds what was put in last under each key, and every earlier map stays as it was', () => {
  // The last two have the same hash.
  const keys = fc.oneof(fc.string({ maxLength: 2 }), fc.uuid(), fc.constantFrom('costarring', 'liquid'))
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, fc.integer()), { maxLength: 200 }), (writes) => {
      const told = new Map<string, number>()
      let map = emptyPersistentMap<number>()
      const earlier = [{ map, told: new Map(told) }]
      for (const [key, value] of writes) {
        map = map.with(key, value)
        told.set(key, value)
        earlier.push({ map, told: new Map(told) })
      }
      for (const each of earlier.filter((_, index) => index % 20 === 0).concat(earlier.at(-1)!)) {
        for (const [key] of writes) expect(each.map.get(key)).toBe(each.told.get(key))
      }
    }),
  )
})

test('keys of the same hash do not stand in each other’s way', () => {
  const map = emptyPersistentMap<number>().with('costarring', 1).with('liquid', 2).with('other', 3)
  expect(['costarring', 'liquid', 'other', 'none'].map((key) => map.get(key))).toEqual([1, 2, 3, undefined])
  expect(map.with('liquid', 4).get('costarring')).toBe(1)
})
