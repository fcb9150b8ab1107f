import type { DocumentStore } from '@samresa/store'
import { openTestStore } from '@samresa/testkit'
import { expect, test } from 'vitest'
import { createDocumentTimelineRows } from './timeline-rows.documents.ts'

const rowAt = (version: number, time: string) => ({
  op: 'put' as const,
  collection: 'timeline-v1',
  document: { id: `yonas/${time}/e${version}`, body: { id: `e${version}`, subject: 'yonas', source: 'planning', version, time } },
})

test('in a shared store no row is without the row before it, though that was written behind where the reader was', async () => {
  await using store = await openTestStore()
  await store.documents.write([rowAt(1, '2026-01-01')], 'disposable')
  // Two rows come while the first page is read: the earlier in the stream sorts before what has been read, the later after it.
  let reads = 0
  const documents: DocumentStore = {
    ...store.documents,
    find: async (collection, query) => {
      reads += 1
      const found = await store.documents.find(collection, query)
      if (reads > 1) return found as never
      await store.documents.write([rowAt(2, '2025-01-01'), rowAt(3, '2027-01-01')], 'disposable')
      const late = await store.documents.find(collection, { ...query, from: 'yonas/2026-06' })
      return [...found, ...late] as never
    },
  }
  const versions = async (shared: boolean) => {
    reads = 0
    const rows = await createDocumentTimelineRows(documents, { shared }).ofParticipant('yonas')
    return rows.map(({ version }) => version).sort()
  }
  expect(await versions(true)).toEqual([1, 2, 3])
})
