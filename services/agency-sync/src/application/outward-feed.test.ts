import { openTestStore } from '@samresa/testkit'
import { expect, test } from 'vitest'
import { openOutwardFeed } from './outward-feed.ts'

const eventOf = (number: number) => ({
  id: `event-${number}`,
  type: 'samresa.planning.v1.MeasureAdded',
  subject: 'yonas',
  time: '2026-04-29T07:00:00.000Z',
  data: {},
  correlationId: `k-${number}`,
})

const openFeed = async (recentEntries?: number) => {
  const store = await openTestStore()
  const feed = await openOutwardFeed(store.documents, recentEntries === undefined ? {} : { recentEntries })
  const tell = async (...numbers: number[]) => {
    const events = numbers.map(eventOf)
    await store.documents.write(events.map(feed.entryFor), 'disposable')
    feed.announce(events)
  }
  return { store, feed, tell, [Symbol.asyncDispose]: () => store.close() }
}

const numbers = async (reading: Promise<{ correlationId: string }[]>) =>
  (await reading).map(({ correlationId }) => Number(correlationId.slice(2)))
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

test('reads on from any position without a gap, whether from memory or from the store', async () => {
  await using rig = await openFeed(4)
  for (const number of upTo(25)) await rig.tell(number)
  for (let after = 0; after <= 25; after += 1) {
    const read: number[] = []
    for (let position = after; ; ) {
      const entries = await rig.feed.read(position, 3)
      if (entries.length === 0) break
      read.push(...entries.map((entry) => entry.position))
      position = entries.at(-1)!.position
    }
    expect(read).toEqual(upTo(25).slice(after))
  }
})

test('goes on where it stood when it is opened again', async () => {
  await using rig = await openFeed()
  await rig.tell(1, 2)
  const again = await openOutwardFeed(rig.store.documents)
  expect(again.end()).toBe(2)
  await rig.store.documents.write([again.entryFor(eventOf(3))], 'disposable')
  again.announce([eventOf(3)])
  expect(await numbers(again.read(0, 10))).toEqual([1, 2, 3])
})

test('an entry that was written and never announced is not lost', async () => {
  await using rig = await openFeed()
  await rig.tell(1)
  await rig.store.documents.write([rig.feed.entryFor(eventOf(2))], 'disposable')
  await rig.tell(3)
  expect(await numbers(rig.feed.read(1, 10))).toEqual([2, 3])
})

test('an event whose write failed keeps its place in the order, and leaves no position empty', async () => {
  await using rig = await openFeed()
  rig.feed.entryFor(eventOf(1))
  await rig.feed.reload()
  await rig.tell(1, 2)
  expect((await rig.feed.read(0, 10)).map(({ position, correlationId }) => [position, correlationId])).toEqual([
    [1, 'k-1'],
    [2, 'k-2'],
  ])
})

test('what was written after all, though its write seemed to fail, is there after reading anew', async () => {
  await using rig = await openFeed()
  await rig.store.documents.write([rig.feed.entryFor(eventOf(1))], 'disposable')
  await rig.feed.reload()
  await rig.tell(2)
  expect(rig.feed.end()).toBe(2)
  expect(await numbers(rig.feed.read(0, 10))).toEqual([1, 2])
})

test('wakes those who wait when something comes, and when they leave', async () => {
  await using rig = await openFeed()
  const leaving = new AbortController()
  const [stays, leaves] = [rig.feed.grownBeyond(0, new AbortController().signal), rig.feed.grownBeyond(0, leaving.signal)]
  leaving.abort()
  await leaves
  await rig.tell(1)
  await stays
  await rig.feed.grownBeyond(0, new AbortController().signal)
})
