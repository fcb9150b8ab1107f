import type { Document } from '../document-store.ts'
import type { ChainRow } from '../verify-chain.ts'
import { collectionsOf } from './collections.ts'
import { connect } from './connect.ts'
import { documentFrom, idsOf } from './mongo-documents.ts'

/** The databases of an installation, read for checking: nothing is created or changed. */
export interface MongoEvidence {
  /** False for a database that no store was ever opened on, or that is gone. */
  has(database: string): Promise<boolean>
  /** Every commit of a database, or of one stream in it, in the order of streams and numbers, as it comes from the server. */
  commitRows(database: string, stream?: string): AsyncIterable<ChainRow>
  documentRows<T>(database: string, collection: string): AsyncIterable<Document<T>>
  close(): Promise<void>
}

/** Rejects as opening a store does. */
export async function openMongoEvidence({ url, appName }: { url: string; appName: string }): Promise<MongoEvidence> {
  const client = await connect(url, appName)
  return {
    has: (database) => client.db(database).listCollections({ name: 'commits' }, { nameOnly: true }).hasNext(),
    async *commitRows(database, stream) {
      const { commits } = collectionsOf(client.db(database))
      const rows = commits.find(stream === undefined ? {} : { stream }, { sort: { stream: 1, seq: 1 } })
      // Whoever has altered a document may have put anything into it: as text it is what its hash does not cover.
      for await (const { _id, stream, seq, firstVer, events, meta, prevHash, hash } of rows) {
        const texts = { stream: String(stream), commitId: String(_id), events: String(events), meta: String(meta) }
        yield { ...texts, seq: Number(seq), firstVer: Number(firstVer), prevHash: String(prevHash), hash: String(hash) }
      }
    },
    async *documentRows<T>(database: string, collection: string) {
      const { documents } = collectionsOf(client.db(database))
      for await (const stored of documents.find({ _id: idsOf(collection) }, { sort: { _id: 1 } })) yield documentFrom<T>(stored)
    },
    close: () => client.close(),
  }
}
