import type { AnyBulkWriteOperation, ClientSession, Collection, Filter } from 'mongodb'
import { MaxKey } from 'mongodb'
import type { Document, DocumentQuery, DocumentStore, DocumentWrite } from '../document-store.ts'
import { assumedBy, type BatchPlan, conditionsOf, type Existing, type Key, keyOf, namesOf, planBatch } from './batch-plan.ts'
import type { CallMark, CallMarks } from './call-mark.ts'
import { isSameCall } from './call-mark.ts'
import type { Collections, DocumentKey, StoredCounter, StoredDocument } from './collections.ts'
import { BeginsAnew, type Engine } from './engine.ts'
import { duplicateKeyOf } from './engine-failure.ts'
import { gathered } from './gathered.ts'

type WriteResult = Awaited<ReturnType<DocumentStore['write']>>

const written: WriteResult = { outcome: 'written' }
const refused = (index: number): WriteResult => ({ outcome: 'refused', index })

const removedAtOnce = 1_000
const mostTogether = 100

export interface MongoDocumentsOptions {
  engine: Engine
  collections: Pick<Collections, 'documents' | 'counters'>
  marks: CallMarks
  watch: NonNullable<DocumentStore['watch']>
}

/** The documents and counters of one database. Everything is durable here. One write is one operation, several are a transaction. */
export function createMongoDocuments({ engine, collections, marks, watch }: MongoDocumentsOptions): DocumentStore {
  const { documents, counters } = collections

  /** One write, which may have come through in an earlier try of the same call without a word of it. */
  const writeOne = async (write: DocumentWrite, call: CallMark, repeated: boolean): Promise<WriteResult> => {
    switch (write.op) {
      case 'put': {
        const stored = storedFrom(write.collection, write.document, call)
        await documents.replaceOne({ _id: stored._id }, stored, { upsert: true })
        return written
      }
      case 'insert': {
        const stored = storedFrom(write.collection, write.document, call)
        try {
          await documents.insertOne(stored)
          return written
        } catch (error) {
          if (duplicateKeyOf(error) === undefined) throw error
          return repeated && (await isOwn(documents, stored._id, call)) ? written : refused(0)
        }
      }
      case 'advance':
        if (await advance(write, call)) return written
        return repeated && (await isOwn(counters, idOf(write.collection, write.id), call)) ? written : refused(0)
      case 'remove': {
        const _id = idOf(write.collection, write.id)
        await Promise.all([documents.deleteOne({ _id }), counters.deleteOne({ _id })])
        return written
      }
    }
  }

  const advance = async ({ collection, id, from, to }: Extract<DocumentWrite, { op: 'advance' }>, call: CallMark): Promise<boolean> => {
    const _id = idOf(collection, id)
    const change = { $set: { value: to, call } }
    if (from > 0) return (await counters.updateOne({ _id, value: from }, change)).matchedCount === 1
    try {
      // An absent counter stands at 0; one that stands elsewhere makes this a second document of the same id, which is refused.
      await counters.updateOne({ _id, value: 0 }, change, { upsert: true })
      return true
    } catch (error) {
      if (duplicateKeyOf(error) === undefined) throw error
      return false
    }
  }

  const isOwn = async (collection: Collection<StoredDocument> | Collection<StoredCounter>, _id: DocumentKey, call: CallMark) =>
    isSameCall((await (collection as Collection<StoredCounter>).findOne({ _id }, { projection: { call: 1 } }))?.call, call)

  /** Inside a transaction: what another writes meanwhile breaks it off, so what was read at its start is true at its end. */
  const writeAll = async (batch: DocumentWrite[], call: CallMark, session: ClientSession): Promise<WriteResult> => {
    const conditions = conditionsOf(batch)
    const plan = planBatch(batch, {
      documents: new Set((await findAll(documents, conditions.documents, { _id: 1 }, session)).map(keyOfStored)),
      counters: new Map((await findAll(counters, conditions.counters, { value: 1 }, session)).map((one) => [keyOfStored(one), one.value])),
    })
    if ('refused' in plan) return refused(plan.refused)
    await writePlan(plan, changesFrom(plan, call), session)
    return written
  }

  /** Resolves with how many counters were there to be changed, or are new. */
  const writePlan = async (
    { documents: changed, counters: moved }: BatchPlan,
    changes: Changes,
    session: ClientSession,
  ): Promise<number> => {
    // The first that is refused ends a transaction.
    const options = { session, ordered: true }
    if (changed.size > 0) await documents.bulkWrite(changes.documents, options)
    if (moved.size === 0) return 0
    const { matchedCount, upsertedCount } = await counters.bulkWrite(changes.counters, options)
    return matchedCount + upsertedCount
  }

  /** Inside a transaction, without reading first: each change has its condition with it. Rejects with BeginsAnew when one fails. */
  const writeAssumed = async (plan: BatchPlan, conditions: Conditions, { call, session }: { call: CallMark; session: ClientSession }) => {
    const moved = await writePlan(plan, changesFrom(plan, call, conditions), session).catch((error: unknown) => {
      throw duplicateKeyOf(error) === undefined ? error : new BeginsAnew()
    })
    if (moved < plan.counters.size) throw new BeginsAnew()
    return written
  }

  const writeBatch = (batch: DocumentWrite[], call: CallMark): Promise<WriteResult> => {
    const assumed = assumedBy(batch)
    const plan = assumed && planBatch(batch, assumed)
    let isTried = plan === undefined || 'refused' in plan
    return engine.transact(async (session) => {
      if (isTried) return writeAll(batch, call, session)
      try {
        return await writeAssumed(plan as BatchPlan, assumed!, { call, session })
      } catch (error) {
        // What is there instead has to be read.
        isTried = error instanceof BeginsAnew
        throw error
      }
    })
  }

  const removeAll = async <T extends StoredDocument | StoredCounter>(of: Collection<T>, collection: string) => {
    const all = { _id: idsOf(collection) } as Filter<T>
    for (;;) {
      const count = await engine.call(async () => {
        const ids = await of.find(all, { projection: { _id: 1 }, sort: { _id: 1 }, limit: removedAtOnce }).toArray()
        if (ids.length > 0) await of.deleteMany({ _id: { $gte: ids[0]!._id, $lte: ids.at(-1)!._id } } as Filter<T>)
        return ids.length
      })
      if (count < removedAtOnce) return
    }
  }

  /** Documents that are asked for one by one are one call when they are asked for together. */
  const bodyOf = gathered(mostTogether, async (ids: DocumentKey[]): Promise<(string | undefined)[]> => {
    const found = await documents.find({ _id: { $in: ids } }, { projection: { body: 1 } }).toArray()
    const bodies = new Map(found.map((one) => [keyOfStored(one), one.body]))
    return ids.map(({ c, i }) => bodies.get(keyOf(c, i)))
  })

  return {
    async get<T>(collection: string, id: string) {
      const body = await engine.call(({ isLate }) => bodyOf(idOf(collection, id), isLate))
      return body === undefined ? undefined : (JSON.parse(body) as T)
    },
    async find<T>(collection: string, query: DocumentQuery) {
      if (query.limit <= 0) return []
      const found = await engine.call(() =>
        documents.find({ _id: idsOf(collection, query) }, { sort: { _id: query.reverse === true ? -1 : 1 }, limit: query.limit }).toArray(),
      )
      return found.map(documentFrom<T>)
    },
    async findByIndex<T>(collection: string, index: string, limit: number) {
      if (limit <= 0) return []
      const found = await engine.call(() => documents.find({ '_id.c': collection, x: index }, { sort: { '_id.i': 1 }, limit }).toArray())
      return found.map(documentFrom<T>)
    },
    async counter(collection, id) {
      return (await engine.call(() => counters.findOne({ _id: idOf(collection, id) })))?.value ?? 0
    },
    async write(batch) {
      const call = marks.next()
      const [first, ...others] = batch
      if (first === undefined) return written
      if (others.length === 0) return engine.call(({ repeated }) => writeOne(first, call, repeated))
      return writeBatch(batch, call)
    },
    async drop(collection) {
      await removeAll(documents, collection)
      await removeAll(counters, collection)
    },
    watch,
  }
}

/** A range of ids is a range of whole sub-documents: the collection first, then the id by its bytes. */
const idOf = (collection: string, id: string): DocumentKey => ({ c: collection, i: id })

export const idsOf = (collection: string, { from = '', before }: Pick<DocumentQuery, 'from' | 'before'> = {}) => ({
  $gte: idOf(collection, from),
  $lt: before === undefined ? { c: collection, i: new MaxKey() as unknown as string } : idOf(collection, before),
})

const keyOfStored = ({ _id }: { _id: DocumentKey }): Key => keyOf(_id.c, _id.i)

function storedFrom(collection: string, { id, index, body }: Document, call: CallMark): StoredDocument {
  const text: string | undefined = JSON.stringify(body)
  if (text === undefined) throw new TypeError(`The document ${collection}/${id} has no body`)
  return { _id: idOf(collection, id), ...(index === undefined ? {} : { x: index }), body: text, call }
}

export const documentFrom = <T>({ _id, x, body }: Pick<StoredDocument, '_id' | 'x' | 'body'>): Document<T> =>
  x === undefined ? { id: _id.i, body: JSON.parse(body) } : { id: _id.i, index: x, body: JSON.parse(body) }

/** None at all are asked for without asking. */
async function findAll<T extends StoredDocument | StoredCounter>(
  of: Collection<T>,
  keys: Set<Key>,
  projection: Partial<Record<keyof T, 1>>,
  session: ClientSession,
): Promise<T[]> {
  if (keys.size === 0) return []
  const ids = Array.from(keys, (key) => idOf(...namesOf(key)))
  return (await of.find({ _id: { $in: ids } } as Filter<T>, { projection, session }).toArray()) as T[]
}

interface Changes {
  documents: AnyBulkWriteOperation<StoredDocument>[]
  counters: AnyBulkWriteOperation<StoredCounter>[]
}

/** What must hold for a plan to be written: documents that are not there, and where counters stand. */
type Conditions = Pick<Existing, 'counters'> & { absent: ReadonlySet<Key> }

/** The changes of a plan. A condition that fails makes a second document of the same id, which is refused, or matches no counter. */
function changesFrom(plan: BatchPlan, call: CallMark, conditions?: Conditions): Changes {
  return {
    documents: Array.from(plan.documents, ([key, document]): AnyBulkWriteOperation<StoredDocument> => {
      const [collection, id] = namesOf(key)
      const _id = idOf(collection, id)
      if (document === undefined) return { deleteOne: { filter: { _id } } }
      // No document has the mark of this call before it is written by it.
      const filter = conditions?.absent.has(key) ? { _id, call } : { _id }
      return { replaceOne: { filter, replacement: storedFrom(collection, document, call), upsert: true } }
    }),
    counters: Array.from(plan.counters, ([key, value]): AnyBulkWriteOperation<StoredCounter> => {
      const [collection, id] = namesOf(key)
      const _id = idOf(collection, id)
      if (value === undefined) return { deleteOne: { filter: { _id } } }
      const from = conditions?.counters.get(key)
      const update = { $set: { value, call } }
      if (from === undefined) return { updateOne: { filter: { _id }, update, upsert: true } }
      return { updateOne: { filter: { _id, value: from }, update, upsert: from === 0 } }
    }),
  }
}
