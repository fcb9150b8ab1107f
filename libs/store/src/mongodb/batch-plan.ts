import type { DocumentWrite } from '../document-store.ts'

/** Names a document or a counter: JSON of its collection and id. */
export type Key = string

export const keyOf = (collection: string, id: string): Key => JSON.stringify([collection, id])
export const namesOf = (key: Key): [collection: string, id: string] => JSON.parse(key)

type Put = Extract<DocumentWrite, { op: 'put' }>['document']

/** What a batch comes to, each document and counter once: its last state, or undefined where it is removed. */
export interface BatchPlan {
  documents: Map<Key, Put | undefined>
  counters: Map<Key, number | undefined>
}

/** What is there, as far as a batch asks. */
export interface Existing {
  documents: ReadonlySet<Key>
  counters: ReadonlyMap<Key, number>
}

/**
 * What has to be there for the batch to be written whole, when that can be told from the batch alone: no document that it inserts, and each
 * counter where it is first advanced from. Undefined for a batch that removes, whose other writes no longer meet what was there.
 */
export function assumedBy(batch: readonly DocumentWrite[]): (Existing & { absent: ReadonlySet<Key> }) | undefined {
  if (batch.some(({ op }) => op === 'remove')) return undefined
  const absent = new Set<Key>()
  const counters = new Map<Key, number>()
  for (const write of batch) {
    if (write.op === 'insert') absent.add(keyOf(write.collection, write.document.id))
    if (write.op !== 'advance') continue
    const key = keyOf(write.collection, write.id)
    if (!counters.has(key)) counters.set(key, write.from)
  }
  return { documents: new Set(), counters, absent }
}

/** What a batch must be told of before it can be planned. */
export function conditionsOf(batch: readonly DocumentWrite[]): { documents: Set<Key>; counters: Set<Key> } {
  const documents = new Set<Key>()
  const counters = new Set<Key>()
  for (const write of batch) {
    if (write.op === 'insert') documents.add(keyOf(write.collection, write.document.id))
    if (write.op === 'advance') counters.add(keyOf(write.collection, write.id))
  }
  return { documents, counters }
}

/** Goes through the batch in order, on what is there: what it comes to, or the first write that is refused. */
export function planBatch(batch: readonly DocumentWrite[], existing: Existing): BatchPlan | { refused: number } {
  const plan: BatchPlan = { documents: new Map(), counters: new Map() }
  for (const [index, write] of batch.entries()) {
    switch (write.op) {
      case 'put':
        plan.documents.set(keyOf(write.collection, write.document.id), write.document)
        break
      case 'insert': {
        const key = keyOf(write.collection, write.document.id)
        const isThere = plan.documents.has(key) ? plan.documents.get(key) !== undefined : existing.documents.has(key)
        if (isThere) return { refused: index }
        plan.documents.set(key, write.document)
        break
      }
      case 'advance': {
        const key = keyOf(write.collection, write.id)
        const value = (plan.counters.has(key) ? plan.counters.get(key) : existing.counters.get(key)) ?? 0
        if (value !== write.from) return { refused: index }
        plan.counters.set(key, write.to)
        break
      }
      case 'remove':
        plan.documents.set(keyOf(write.collection, write.id), undefined)
        plan.counters.set(keyOf(write.collection, write.id), undefined)
        break
    }
  }
  return plan
}
