import { expect, test } from 'vitest'
import type { DocumentStore, DocumentWrite } from './document-store.ts'

const put = (id: string, body: unknown, index?: string): DocumentWrite => ({
  op: 'put',
  collection: 'c',
  document: index === undefined ? { id, body } : { id, index, body },
})
const insert = (id: string, body: unknown): DocumentWrite => ({ op: 'insert', collection: 'c', document: { id, body } })
const advance = (id: string, from: number, to: number): DocumentWrite => ({ op: 'advance', collection: 'n', id, from, to })
const written = { outcome: 'written' }

/** The promises of DocumentStore, held by every engine. */
export function documentStoreContract(freshOpener: () => Promise<() => Promise<{ documents: DocumentStore; close(): Promise<void> }>>) {
  const inStore = async (check: (documents: DocumentStore) => Promise<void>) => {
    const { documents, close } = await (await freshOpener())()
    try {
      await check(documents)
    } finally {
      await close()
    }
  }

  test('a put is read back, and a second put replaces it', () =>
    inStore(async (documents) => {
      expect(await documents.get('c', 'a')).toBeUndefined()
      expect(await documents.write([put('a', { n: 1 }, 'x')], 'durable')).toEqual(written)
      await documents.write([put('a', { n: 2 })], 'disposable')
      expect(await documents.get('c', 'a')).toEqual({ n: 2 })
      expect(await documents.get('d', 'a')).toBeUndefined()
      expect(await documents.findByIndex('c', 'x', 10)).toEqual([])
    }))

  test('of documents that are asked for together each comes to who asked for it', () =>
    inStore(async (documents) => {
      await documents.write([put('a', 1), put('b', 2), { op: 'put', collection: 'd', document: { id: 'a', body: 3 } }], 'durable')
      const asked = [
        ['c', 'b'],
        ['c', 'a'],
        ['d', 'a'],
        ['c', 'a'],
        ['d', 'b'],
      ] as const
      const found = await Promise.all(asked.map(([collection, id]) => documents.get(collection, id)))
      expect(found).toEqual([2, 1, 3, 1, undefined])
    }))

  test('an insert of an id that exists is refused', () =>
    inStore(async (documents) => {
      expect(await documents.write([insert('a', 1)], 'durable')).toEqual(written)
      expect(await documents.write([put('b', 1), insert('a', 2)], 'durable')).toEqual({ outcome: 'refused', index: 1 })
      expect(await documents.get('c', 'a')).toBe(1)
    }))

  test('a counter moves only from where it stands; one that is absent stands at 0', () =>
    inStore(async (documents) => {
      expect(await documents.counter('n', 'k')).toBe(0)
      expect(await documents.write([advance('k', 1, 2)], 'disposable')).toEqual({ outcome: 'refused', index: 0 })
      expect(await documents.write([advance('k', 0, 3)], 'disposable')).toEqual(written)
      expect(await documents.write([advance('k', 0, 1)], 'disposable')).toEqual({ outcome: 'refused', index: 0 })
      expect(await documents.write([advance('k', 1, 9)], 'disposable')).toEqual({ outcome: 'refused', index: 0 })
      expect(await documents.write([advance('k', 3, 4)], 'disposable')).toEqual(written)
      expect(await documents.counter('n', 'k')).toBe(4)
    }))

  test('of two batches at once that move the same counter one counts, nothing of the other does, and a batch beside them is untouched', () =>
    inStore(async (documents) => {
      const [first, second, beside] = await Promise.all([
        documents.write([put('a', 1), advance('k', 0, 1)], 'disposable'),
        documents.write([put('a', 2), advance('k', 0, 1)], 'durable'),
        documents.write([put('b', 3), advance('l', 0, 1)], 'disposable'),
      ])
      const winner = first.outcome === 'written' ? 1 : 2
      expect(winner === 1 ? [first, second] : [second, first]).toEqual([written, { outcome: 'refused', index: 1 }])
      expect(beside).toEqual(written)
      expect([await documents.get('c', 'a'), await documents.get('c', 'b'), await documents.counter('n', 'k')]).toEqual([winner, 3, 1])
    }))

  test('a batch is applied in order, and the first write that is refused is named', () =>
    inStore(async (documents) => {
      const remove: DocumentWrite = { op: 'remove', collection: 'c', id: 'a' }
      expect(await documents.write([insert('a', 1), remove, insert('a', 2), put('a', 3), put('a', 4, 'x')], 'durable')).toEqual(written)
      expect(await documents.findByIndex('c', 'x', 10)).toEqual([{ id: 'a', index: 'x', body: 4 }])
      expect(await documents.write([advance('k', 0, 1), advance('k', 1, 4), advance('l', 0, 1)], 'durable')).toEqual(written)
      expect(await documents.write([put('b', 1), advance('k', 1, 2), insert('a', 5)], 'durable')).toEqual({ outcome: 'refused', index: 1 })
      expect(await documents.write([put('b', 1), insert('a', 5), advance('k', 1, 2)], 'durable')).toEqual({ outcome: 'refused', index: 1 })
      expect([await documents.get('c', 'b'), await documents.counter('n', 'k'), await documents.counter('n', 'l')]).toEqual([
        undefined,
        4,
        1,
      ])
    }))

  test('two thousand rows of a kilobyte are one batch', () =>
    inStore(async (documents) => {
      const rows = Array.from({ length: 2_000 }, (_, n) => put(String(n).padStart(4, '0'), 'x'.repeat(1_024)))
      expect(await documents.write([...rows, advance('k', 0, 2_000)], 'disposable')).toEqual(written)
      expect(await documents.find('c', { limit: 5_000 })).toHaveLength(2_000)
      expect(await documents.write([...rows, advance('k', 0, 2_000)], 'disposable')).toEqual({ outcome: 'refused', index: 2_000 })
    }))

  test('of many that move the same counter at once one wins', () =>
    inStore(async (documents) => {
      const results = await Promise.all(Array.from({ length: 16 }, () => documents.write([advance('k', 0, 1)], 'disposable')))
      expect(results.filter(({ outcome }) => outcome === 'written')).toHaveLength(1)
    }))

  test('documents are found in the order of their ids, within bounds, from either end', () =>
    inStore(async (documents) => {
      await documents.write(
        ['b', 'a', 'd', 'c'].map((id) => put(id, id)),
        'disposable',
      )
      const ids = async (query: Parameters<DocumentStore['find']>[1]) => (await documents.find('c', query)).map(({ id }) => id).join('')
      expect(await ids({ limit: 10 })).toBe('abcd')
      expect(await ids({ limit: 2 })).toBe('ab')
      expect(await ids({ from: 'b', before: 'd', limit: 10 })).toBe('bc')
      expect(await ids({ before: 'c', limit: 10, reverse: true })).toBe('ba')
      expect(await ids({ from: 'b', limit: 2, reverse: true })).toBe('dc')
    }))

  test('documents are found by their index', () =>
    inStore(async (documents) => {
      await documents.write([put('b', 1, 'x'), put('a', 2, 'x'), put('c', 3, 'y'), put('d', 4)], 'disposable')
      expect(await documents.findByIndex('c', 'x', 10)).toEqual([
        { id: 'a', index: 'x', body: 2 },
        { id: 'b', index: 'x', body: 1 },
      ])
      expect(await documents.findByIndex('c', 'x', 1)).toHaveLength(1)
      expect(await documents.findByIndex('d', 'x', 1)).toEqual([])
    }))

  test('a removed document or counter is gone, and removing nothing is fine', () =>
    inStore(async (documents) => {
      await documents.write([put('a', 1), advance('k', 0, 5)], 'disposable')
      const remove = [{ op: 'remove', collection: 'c', id: 'a' } as const, { op: 'remove', collection: 'n', id: 'k' } as const]
      expect(await documents.write(remove, 'durable')).toEqual(written)
      expect(await documents.write(remove, 'durable')).toEqual(written)
      expect([await documents.get('c', 'a'), await documents.counter('n', 'k')]).toEqual([undefined, 0])
    }))

  test('a dropped collection is gone with its counters, and no other', () =>
    inStore(async (documents) => {
      await documents.write([put('a', 1), { op: 'advance', collection: 'c', id: 'k', from: 0, to: 5 }, advance('k', 0, 7)], 'disposable')
      await documents.drop('c')
      expect([await documents.get('c', 'a'), await documents.counter('c', 'k'), await documents.counter('n', 'k')]).toEqual([
        undefined,
        0,
        7,
      ])
    }))

  test('what was written is there after it is opened again', async () => {
    const open = await freshOpener()
    const first = await open()
    await first.documents.write([put('a', { text: 'å' }, 'x'), advance('k', 0, 2)], 'disposable')
    await first.close()
    const { documents, close } = await open()
    expect([await documents.get('c', 'a'), await documents.counter('n', 'k')]).toEqual([{ text: 'å' }, 2])
    await close()
  })
}
