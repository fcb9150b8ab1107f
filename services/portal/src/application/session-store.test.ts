import { expect, test } from 'vitest'
import { createSessionStore } from './session-store.ts'

function aStore(most = 2) {
  const clock = { at: 0 }
  return { clock, store: createSessionStore<string>({ most, idleMilliseconds: 100, now: () => clock.at }) }
}

test('a value is found under its own id only', () => {
  const { store } = aStore()
  const id = store.add('anna')
  expect([store.find(id), store.find('another'), store.find(undefined)]).toEqual(['anna', undefined, undefined])
})

test('the longest unused one goes when there are too many', () => {
  const { store } = aStore()
  const anna = store.add('anna')
  const eva = store.add('eva')
  store.find(anna)
  const frida = store.add('frida')
  expect([store.find(anna), store.find(eva), store.find(frida), store.size()]).toEqual(['anna', undefined, 'frida', 2])
})

test('an idle one is forgotten, a used one lives on', () => {
  const { store, clock } = aStore()
  const anna = store.add('anna')
  const eva = store.add('eva')
  clock.at = 99
  store.find(anna)
  clock.at = 101
  expect([store.find(eva), store.find(anna)]).toEqual([undefined, 'anna'])
})

test('those that match are dropped together', () => {
  const { store } = aStore(5)
  for (const value of ['a1', 'a2', 'b1']) store.add(value)
  expect([store.dropWhere((value) => value.startsWith('a')), store.size()]).toEqual([2, 1])
})
