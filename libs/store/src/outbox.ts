import type { Commit } from './commit.ts'

/** Where a commit's events stand in the broker, once it has acknowledged them. */
export interface PublishMark {
  commitId: string
  topic: string
  partition: number
  /** Of the commit's last event. */
  offset: string
}

/** The commits of one service that the broker has not acknowledged yet: what a relay works on. Engines without a broker have none. */
export interface Outbox {
  /**
   * Runs of commits, each from its stream's first unpublished one on, ordered by stream and number; at most `limit` in all. Only of
   * streams whose names come after `after`, when given.
   */
  unpublished(limit: number, after?: string): Promise<Commit[]>
  /** Marks commits after the broker's acknowledgement. `refused`: the lease stands at a newer epoch, nothing was marked. */
  markPublished(marks: PublishMark[], lease: { name: string; epoch: number }): Promise<'marked' | 'refused'>
  /** How many wait, and since when the oldest does (machine clock, RFC 3339 UTC). */
  pending(): Promise<{ count: number; oldestAt?: string }>
  /** Calls back soon after an append, by this process at once, by another as a hint that may fail. Returns the way to stop. */
  onAppend(listener: () => void): () => void
}

/** Work that one process at a time does, told apart by the engine's own clock. */
export interface Leases {
  /**
   * Takes the lease or renews it: undefined while somebody else holds it. The epoch grows by one with each change of holder, and also when
   * the same owner takes it anew after `release` or after it ran out.
   */
  take(name: string, owner: string, ttlMs: number): Promise<{ epoch: number } | undefined>
  /** Gives it up at once, when this owner holds it. */
  release(name: string, owner: string): Promise<void>
}
