import type { Logger } from '@samresa/telemetry'
import type { DocumentStore } from '../document-store.ts'
import type { Leases, Outbox } from '../outbox.ts'
import type { Store } from '../store.ts'
import { createCallMarks } from './call-mark.ts'
import { collectionsOf, prepareCollections } from './collections.ts'
import { connect, withPatientClient } from './connect.ts'
import { createEngine } from './engine.ts'
import { createChangeFollower } from './follow-changes.ts'
import { createMongoCommits } from './mongo-commits.ts'
import { createMongoDocuments, documentFrom } from './mongo-documents.ts'
import { createMongoLeases } from './mongo-leases.ts'
import { createMongoOutbox } from './mongo-outbox.ts'

/** The commits and documents of one service in one MongoDB database, shared with every other process that opens it. */
export interface MongoStore extends Store {
  outbox: Outbox
  leases: Leases
  /** Resolves when the primary answers; rejects with RejectionError `unavailable`. */
  ping(): Promise<void>
}

export interface MongoStoreOptions {
  /** Of a replica set. */
  url: string
  database: string
  /** Names this process in the server's log. */
  appName: string
  logger?: Logger
}

/**
 * Opens a database, waiting up to 30 s for a primary, and creates the collections and indexes that are absent, however long that takes. Rejects
 * with a plain Error that says what is wrong with the server, the user's rights, an index or a validator; with RejectionError when the server
 * goes away meanwhile.
 */
export async function openMongoStore({ url, database, appName, logger }: MongoStoreOptions): Promise<MongoStore> {
  await withPatientClient(url, appName, (client) => prepareCollections(client.db(database)))
  const client = await connect(url, appName)
  const engine = createEngine(client, database)
  const collections = collectionsOf(engine.db)
  const marks = createCallMarks()
  const follower = createChangeFollower(engine.db, { writer: marks.writer, logger })

  const watch: DocumentStore['watch'] = (collection, listener) =>
    follower.onDocument(collection, (stored) => listener([documentFrom(stored)]))

  const onAppend = new Set<() => void>()
  const tellAppended = () => {
    for (const listener of onAppend) listener()
  }
  // This process tells of its own appends at once; the stream tells of the others'.
  const listen: Outbox['onAppend'] = (listener) => {
    onAppend.add(listener)
    const stopFollowing = follower.onAppend(listener)
    return () => {
      onAppend.delete(listener)
      stopFollowing()
    }
  }

  const close = async () => {
    await follower.close()
    await engine.close()
    await client.close()
  }
  let closing: Promise<void> | undefined
  return {
    commits: createMongoCommits({ engine, collections, marks, onAppended: tellAppended }),
    documents: createMongoDocuments({ engine, collections, marks, watch }),
    outbox: createMongoOutbox({ engine, collections, onAppend: listen }),
    leases: createMongoLeases(engine, collections),
    ping: () => engine.call(async () => void (await engine.db.command({ ping: 1 }))),
    close() {
      closing ??= close()
      return closing
    },
  }
}
