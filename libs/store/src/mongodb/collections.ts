import { isDeepStrictEqual } from 'node:util'
import type { Collection, Db, Document as Fields, IndexDescription, IndexDescriptionInfo } from 'mongodb'
import { MongoServerError } from 'mongodb'
import type { CallMark } from './call-mark.ts'
import type { CommitDocument } from './commit-documents.ts'

/** Order of the fields counts: ranges of ids compare them in this order. */
export interface DocumentKey {
  /** The collection of the port. */
  c: string
  i: string
}

export interface StoredDocument {
  _id: DocumentKey
  /** The index, where the document has one. */
  x?: string
  /** JSON of the body. */
  body: string
  call: CallMark
}

export interface StoredCounter {
  _id: DocumentKey
  value: number
  call: CallMark
}

export interface StoredLease {
  _id: string
  epoch: number
  owner?: string
  until?: Date
}

/**
 * One collection each for the documents and counters of all collections of the port: nothing is created after opening, so that a new read
 * model needs no right to it and no transaction meets a collection in the making.
 */
export interface Collections {
  commits: Collection<CommitDocument>
  documents: Collection<StoredDocument>
  counters: Collection<StoredCounter>
  leases: Collection<StoredLease>
}

export const collectionsOf = (db: Db): Collections => ({
  commits: db.collection('commits'),
  documents: db.collection('documents'),
  counters: db.collection('counters'),
  leases: db.collection('leases'),
})

type WantedIndex = IndexDescription & { name: string; key: Record<string, 1> }

/** The poll asks for exactly `{ pub: 0 }`: with any other condition the server does not see that this index will do. */
export const unpublishedIndex = 'unpublished'

interface WantedCollection {
  name: keyof Collections
  schema?: Fields
  indexes: WantedIndex[]
}

const wanted: WantedCollection[] = [
  {
    name: 'commits',
    schema: {
      bsonType: 'object',
      required: ['_id', 'stream', 'seq', 'firstVer', 'events', 'meta', 'prevHash', 'hash', 'at', 'call', 'pub'],
      properties: {
        _id: { bsonType: 'string' },
        stream: { bsonType: 'string' },
        seq: { bsonType: 'number', minimum: 1 },
        firstVer: { bsonType: 'number', minimum: 1 },
        events: { bsonType: 'string' },
        meta: { bsonType: 'string' },
        prevHash: { bsonType: 'string' },
        hash: { bsonType: 'string', minLength: 64, maxLength: 64 },
        at: { bsonType: 'string' },
        call: { bsonType: 'object' },
        pub: { enum: [0, 1] },
      },
    },
    indexes: [
      { name: 'stream_seq', key: { stream: 1, seq: 1 }, unique: true },
      { name: unpublishedIndex, key: { stream: 1, seq: 1, pub: 1, at: 1 }, partialFilterExpression: { pub: 0 } },
    ],
  },
  {
    name: 'documents',
    indexes: [{ name: 'by_index', key: { '_id.c': 1, x: 1, '_id.i': 1 }, partialFilterExpression: { x: { $exists: true } } }],
  },
  { name: 'counters', indexes: [] },
  { name: 'leases', indexes: [] },
]

const namespaceExists = 48
const unauthorized = 13

/** Creates what is absent, and rejects with a plain Error that names what is there but otherwise than wanted: that is never changed. */
export async function prepareCollections(db: Db): Promise<void> {
  try {
    await Promise.all(wanted.map((collection) => prepareCollection(db, collection)))
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === unauthorized)) throw error
    throw new Error(`This user may not prepare the database ${db.databaseName}: it takes the role readWrite there`, { cause: error })
  }
}

async function prepareCollection(db: Db, { name, schema, indexes }: WantedCollection): Promise<void> {
  const validator = schema === undefined ? {} : { $jsonSchema: schema }
  await createCollection(db, name, validator)
  await checkValidator(db, name, validator)
  for (const index of indexes) await prepareIndex(db.collection(name), index)
}

async function createCollection(db: Db, name: string, validator: Fields): Promise<void> {
  try {
    await db.createCollection(name, { validator })
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === namespaceExists)) throw error
  }
}

async function checkValidator(db: Db, name: string, validator: Fields): Promise<void> {
  const [found] = await db.listCollections({ name }).toArray()
  const options = (found as { options?: Fields } | undefined)?.options
  if (isDeepStrictEqual({ ...options?.['validator'] }, validator)) return
  throw new Error(`The collection ${db.databaseName}.${name} has another validator than this release wants`)
}

async function prepareIndex(collection: Collection, { name, key, ...options }: WantedIndex): Promise<void> {
  const found = (await collection.listIndexes().toArray()).find((index) => index.name === name || isSameKey(index.key, key))
  // One that is there may be under way: creating it waits for that.
  if (found === undefined || isAsWanted(found, { name, key, ...options })) await collection.createIndex(key, { name, ...options })
  else
    throw new Error(`The index ${found.name} of ${collection.namespace} is not as this release wants it: ${name} on ${JSON.stringify(key)}`)
}

const isAsWanted = (found: IndexDescriptionInfo, { name, key, ...options }: WantedIndex): boolean =>
  found.name === name &&
  isSameKey(found.key, key) &&
  (found.unique === true) === (options.unique === true) &&
  isDeepStrictEqual(found.partialFilterExpression, options.partialFilterExpression) &&
  found.sparse !== true &&
  found.collation === undefined &&
  found.expireAfterSeconds === undefined

/** Order of the fields counts. */
const isSameKey = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b)
