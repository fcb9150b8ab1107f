import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DocumentWrite } from '../document-store.ts'
import { assumedBy, type BatchPlan, conditionsOf, type Key, keyOf, namesOf, planBatch } from './batch-plan.ts'

const id = fc.constantFrom('a', 'b')
const document = fc.record({ id, body: fc.nat(9) })
const write: fc.Arbitrary<DocumentWrite> = fc.oneof(
  fc.record({ op: fc.constantFrom('put' as const, 'insert' as const), collection: fc.constant('c'), document }),
  fc.record({ op: fc.constant('advance' as const), collection: fc.constant('c'), id, from: fc.nat(2), to: fc.nat(2) }),
  fc.record({ op: fc.constant('remove' as const), collection: fc.constant('c'), id }),
)

interface State {
  documents: Map<Key, unknown>
  counters: Map<Key, number>
}

/** Write by write, as the port says it; the first that is refused leaves everything as it was. */
function applyInOrder(batch: DocumentWrite[], before: State): State | { refused: number } {
  const after = { documents: new Map(before.documents), counters: new Map(before.counters) }
  for (const [index, one] of batch.entries()) {
    const key = keyOf(one.collection, 'id' in one ? one.id : one.document.id)
    if (one.op === 'remove') {
      after.documents.delete(key)
      after.counters.delete(key)
    } else if (one.op === 'advance') {
      if ((after.counters.get(key) ?? 0) !== one.from) return { refused: index }
      after.counters.set(key, one.to)
    } else {
      if (one.op === 'insert' && after.documents.has(key)) return { refused: index }
      after.documents.set(key, one.document.body)
    }
  }
  return after
}

function applyPlan({ documents, counters }: BatchPlan, before: State): State {
  const after = { documents: new Map(before.documents), counters: new Map(before.counters) }
  for (const [key, last] of documents) last === undefined ? after.documents.delete(key) : after.documents.set(key, last.body)
  for (const [key, last] of counters) last === undefined ? after.counters.delete(key) : after.counters.set(key, last)
  return after
}

test('a plan, made on no more than what the batch asks about, comes to what the writes come to one by one', () => {
  fc.assert(
    fc.property(fc.array(write, { maxLength: 3 }), fc.array(write, { maxLength: 8 }), (earlier, batch) => {
      const empty = { documents: new Map<Key, unknown>(), counters: new Map<Key, number>() }
      const start = applyInOrder(earlier, empty)
      const before = 'refused' in start ? empty : start
      const asked = conditionsOf(batch)
      const plan = planBatch(batch, {
        documents: new Set([...before.documents.keys()].filter((key) => asked.documents.has(key))),
        counters: new Map([...before.counters].filter(([key]) => asked.counters.has(key))),
      })
      expect('refused' in plan ? plan : applyPlan(plan, before)).toEqual(applyInOrder(batch, before))
    }),
    { numRuns: 2_000 },
  )
})

test('a batch that can be planned on what it assumes is written whole where that is there, and refused where it is not', () => {
  fc.assert(
    fc.property(fc.array(write, { maxLength: 3 }), fc.array(write, { maxLength: 8 }), (earlier, batch) => {
      const empty = { documents: new Map<Key, unknown>(), counters: new Map<Key, number>() }
      const start = applyInOrder(earlier, empty)
      const before = 'refused' in start ? empty : start
      const assumed = assumedBy(batch)
      fc.pre(assumed !== undefined)
      const plan = planBatch(batch, assumed)
      fc.pre(!('refused' in plan))
      const isThere =
        ![...assumed.absent].some((key) => before.documents.has(key)) &&
        [...assumed.counters].every(([key, from]) => (before.counters.get(key) ?? 0) === from)
      const inOrder = applyInOrder(batch, before)
      if (isThere) expect(applyPlan(plan, before)).toEqual(inOrder)
      else expect(inOrder).toHaveProperty('refused')
    }),
    { numRuns: 2_000 },
  )
})

test('a key names its collection and id again, whatever stands in them', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (collection, id) => {
      expect(namesOf(keyOf(collection, id))).toEqual([collection, id])
    }),
  )
})
