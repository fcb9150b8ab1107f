import { expect, test } from 'vitest'
import { emptySharedMap, type SharedMap } from './shared-map.ts'

/** A thousand steps of adding, changing and taking away, beside a plain map. */
function walk(check: (shared: SharedMap<number>, plain: Map<string, number>) => void) {
  let shared = emptySharedMap<number>()
  const plain = new Map<string, number>()
  let random = 7
  for (let step = 0; step < 1000; step++) {
    random = (random * 48_271) % 2_147_483_647
    const key = `k${random % 150}`
    if (random % 7 === 0) {
      shared = shared.without(key)
      plain.delete(key)
    } else {
      shared = shared.with(key, step)
      plain.set(key, step)
    }
    check(shared, plain)
  }
}

test('holds what a plain map holds, in the same order, after any changes', () => {
  walk((shared, plain) => {
    expect([...shared]).toEqual([...plain])
    expect([...shared.keys()]).toEqual([...plain.keys()])
    expect([...shared.values()]).toEqual([...plain.values()])
    expect(shared.size).toBe(plain.size)
    for (const key of ['k1', 'k77', 'nowhere']) expect([shared.get(key), shared.has(key)]).toEqual([plain.get(key), plain.has(key)])
  })
})

test('an earlier one stays as it was', () => {
  const kept: [SharedMap<number>, [string, number][]][] = []
  walk((shared, plain) => kept.push([shared, [...plain]]))
  for (const [shared, entries] of kept) expect([...shared]).toEqual(entries)
})

test('each value is told of once with its key', () => {
  const told: [string, number][] = []
  emptySharedMap<number>()
    .with('a', 1)
    .with('b', 2)
    .with('a', 3)
    .forEach((value, key) => {
      told.push([key, value])
    })
  expect(told).toEqual([
    ['a', 3],
    ['b', 2],
  ])
})
