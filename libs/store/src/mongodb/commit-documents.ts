import type { Commit, CommitText } from '../commit.ts'
import type { PublishMark } from '../outbox.ts'
import type { CallMark } from './call-mark.ts'

/** A commit as it lies in MongoDB: the texts that its hash covers, and beside them what the hash does not cover. */
export interface CommitDocument extends Omit<CommitText, 'commitId'> {
  /** The commitId. */
  _id: string
  hash: string
  /** Copied from meta, for the age of what waits. */
  at: string
  call: CallMark
  /** 1 when the broker has acknowledged it. */
  pub: 0 | 1
  published?: Omit<PublishMark, 'commitId'> & { epoch: number; at: Date }
}

/** The fields that make a Commit. */
export const commitFields = { stream: 1, seq: 1, firstVer: 1, events: 1, meta: 1, prevHash: 1, hash: 1 } as const

export type StoredCommit = Pick<CommitDocument, '_id' | keyof typeof commitFields>

export const commitFrom = ({ _id, stream, seq, firstVer, events, meta, prevHash, hash }: StoredCommit): Commit => ({
  stream,
  seq,
  commitId: _id,
  firstVer,
  events: JSON.parse(events),
  ...(JSON.parse(meta) as Pick<Commit, 'actor' | 'purpose' | 'correlationId' | 'at'>),
  prevHash,
  hash,
})
