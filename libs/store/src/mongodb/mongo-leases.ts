import type { Leases } from '../outbox.ts'
import type { Collections } from './collections.ts'
import type { Engine } from './engine.ts'

/** Leases on the server's clock: processes whose own clocks differ agree on when one has run out. */
export function createMongoLeases(engine: Engine, { leases }: Pick<Collections, 'leases'>): Leases {
  return {
    async take(name, owner, ttlMs) {
      const me = { $literal: owner }
      // A lease that nobody has had yet, or that was given up, has no end: null is before every date.
      const isFree = { $lte: ['$until', '$$NOW'] }
      const isMine = { $eq: ['$owner', me] }
      const lease = await engine.call(() =>
        leases.findOneAndUpdate(
          { _id: name },
          [
            {
              $set: {
                epoch: { $cond: [isFree, { $add: [{ $ifNull: ['$epoch', 0] }, 1] }, '$epoch'] },
                owner: { $cond: [isFree, me, '$owner'] },
                until: { $cond: [{ $or: [isFree, isMine] }, { $add: ['$$NOW', ttlMs] }, '$until'] },
              },
            },
          ],
          { upsert: true, returnDocument: 'after' },
        ),
      )
      return lease?.owner === owner ? { epoch: lease.epoch } : undefined
    },
    async release(name, owner) {
      await engine.call(() => leases.updateOne({ _id: name, owner }, { $unset: { owner: '', until: '' } }))
    },
  }
}
