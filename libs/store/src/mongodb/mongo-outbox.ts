import type { Commit } from '../commit.ts'
import type { Outbox } from '../outbox.ts'
import { type Collections, unpublishedIndex } from './collections.ts'
import { commitFields, commitFrom, type StoredCommit } from './commit-documents.ts'
import type { Engine } from './engine.ts'

/** What is given out at once holds so many UTF-16 units of events, and one commit at least. */
const largestRead = 16 * 1024 * 1024

export interface MongoOutboxOptions {
  engine: Engine
  collections: Pick<Collections, 'commits' | 'leases'>
  onAppend: Outbox['onAppend']
}

/** The commits of one database that wait for the broker. Marks lie beside what the hash covers, and no mark is written over. */
export function createMongoOutbox({ engine, collections: { commits, leases }, onAppend }: MongoOutboxOptions): Outbox {
  return {
    unpublished: (limit, after) =>
      engine.call(async () => {
        const waiting: Commit[] = []
        if (limit <= 0) return waiting
        let size = 0
        const filter = after === undefined ? { pub: 0 as const } : { pub: 0 as const, stream: { $gt: after } }
        const cursor = commits.find<StoredCommit>(filter, { projection: commitFields, sort: { stream: 1, seq: 1 }, limit })
        for await (const stored of cursor) {
          size += stored.events.length
          if (size > largestRead && waiting.length > 0) break
          waiting.push(commitFrom(stored))
        }
        return waiting
      }),
    async markPublished(marks, { name, epoch }) {
      if (marks.length === 0) return 'marked'
      return engine.transact(async (session) => {
        const lease = await leases.findOne({ _id: name }, { session })
        if (lease !== null && lease.epoch > epoch) return 'refused'
        const at = new Date()
        await commits.bulkWrite(
          marks.map(({ commitId, topic, partition, offset }) => ({
            updateOne: {
              filter: { _id: commitId, pub: 0 },
              update: { $set: { pub: 1, published: { topic, partition, offset, epoch, at } } },
            },
          })),
          { session, ordered: false },
        )
        return 'marked'
      })
    },
    async pending() {
      const [found] = await engine.call(() =>
        commits
          .aggregate<{ count: number; oldestAt: string }>(
            [{ $match: { pub: 0 } }, { $group: { _id: null, count: { $sum: 1 }, oldestAt: { $min: '$at' } } }],
            { hint: unpublishedIndex },
          )
          .toArray(),
      )
      return found === undefined ? { count: 0 } : { count: found.count, oldestAt: found.oldestAt }
    },
    onAppend,
  }
}
