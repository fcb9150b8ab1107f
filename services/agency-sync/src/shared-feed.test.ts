import type { Document, DocumentStore } from '@samresa/store'
import { openTestStore } from '@samresa/testkit'
import { describe, expect, test } from 'vitest'
import type { FeedEntry } from './application/outward-feed.ts'
import { createPlannedVersions } from './application/planned-versions.ts'
import { aProcess, eventOf, readThrough, sharedFeedContract } from './shared-feed.contract.ts'

describe('on a store in this process', () =>
  sharedFeedContract(
    async () => {
      const { documents, close } = await openTestStore()
      let open = 0
      return async () => {
        open += 1
        return { documents, close: async () => (--open === 0 ? close() : undefined) }
      }
    },
    { numRuns: 25 },
  ))

test('a process that is overtaken many times in a row sets nobody aside', async () => {
  await using store = await openTestStore()
  const faster = await aProcess(store.documents)
  let turns = 6
  const overtaken: DocumentStore = {
    ...store.documents,
    write: async (batch, durability) => {
      if (turns > 0) await faster.handle([eventOf('b', 7 - turns--)])
      return store.documents.write(batch, durability)
    },
  }
  const slow = await aProcess(overtaken)
  expect(await slow.handle([eventOf('a', 1), eventOf('a', 2)])).toBe(true)
  const ids = (await readThrough(slow.feed, 8)).map(({ event }) => event.id)
  expect(ids).toEqual(['b-1', 'b-2', 'b-3', 'b-4', 'b-5', 'b-6', 'a-1', 'a-2'])
  for (const { feed } of [faster, slow]) feed.close()
})

test('what another process writes is read from memory as soon as the store tells of it, and from the store when it has not told', async () => {
  await using store = await openTestStore()
  let tell: (documents: Document<FeedEntry>[]) => void = () => undefined
  const reads: unknown[] = []
  const documents: DocumentStore = {
    ...store.documents,
    find: (collection, query) => {
      reads.push(query)
      return store.documents.find(collection, query)
    },
    watch: (_, listener) => {
      tell = listener as typeof tell
      return () => undefined
    },
  }
  const [here, there] = [await aProcess(documents, 1_000_000), await aProcess(store.documents)]
  const entriesOf = async (from: number) =>
    (await store.documents.find<FeedEntry>('feed-v1', { limit: 10 })).filter(({ body }) => body.position >= from)
  await there.handle([eventOf('a', 1), eventOf('a', 2)])
  reads.length = 0
  tell(await entriesOf(1))
  expect(here.feed.end()).toBe(2)
  expect(await here.feed.read(0, 10)).toHaveLength(2)
  expect(reads).toEqual([])
  await there.handle([eventOf('a', 3), eventOf('a', 4)])
  // The third is never told of.
  tell(await entriesOf(4))
  expect((await readThrough(here.feed, 4)).map(({ position }) => position)).toEqual([1, 2, 3, 4])
  for (const { feed } of [here, there]) feed.close()
})

test('versions of measures are never older than what any process has written', async () => {
  await using store = await openTestStore()
  const view = () => createPlannedVersions(store.documents, { open: async (event) => event, shared: true })
  const [one, other] = [view(), view()]
  const changed = (version: string) => ({
    id: version,
    type: 'samresa.planning.v1.MeasureChanged',
    subject: 'p',
    time: '2026-04-29T07:00:00.000Z',
    data: { measureId: 'm', measure: { version } },
  })
  for (const version of ['1', '2']) {
    await store.documents.write([one.rowFor(changed(version))!], 'disposable')
    expect(await other.find('p', 'm', 9n)).toEqual({ version: BigInt(version) })
  }
})
