import type { Commit, CommitDraft, StreamHead } from './commit.ts'

/**
 * `appended`: written and durable. `repeated`: a commit with this commitId exists already, here it is, nothing was written.
 * `stale`: the stream has moved on past `after`; load it again and decide again.
 */
export type AppendResult = { outcome: 'appended'; commit: Commit } | { outcome: 'repeated'; commit: Commit } | { outcome: 'stale' }

/** Streams of commits. Resolving means durable on this engine; a full disk rejects with RejectionError of kind `storage-full`. */
export interface CommitStore {
  /** True when no other process can append here: what was read once and what was appended since is all there is. */
  readonly soleWriter: boolean
  /** Writes the draft as the next commit after `after`, or says why not. One atomic write. */
  append(draft: CommitDraft, after: StreamHead): Promise<AppendResult>
  /** The commits of a stream from commit number `fromSeq` (1 by default) on, in order. */
  readStream(stream: string, fromSeq?: number): Promise<Commit[]>
  findCommit(commitId: string): Promise<Commit | undefined>
  /** Where a stream ends, without reading it: `emptyHead` for one that does not exist. */
  head(stream: string): Promise<StreamHead>
}

/** A commit with its place in the service's log. Positions grow by one writer's order; they may have gaps, never go back. */
export interface PositionedCommit extends Commit {
  position: number
}

/** The log of one service's commits in the order written: what the embedded bus reads. Engines with a broker have no such log. */
export interface CommitLog {
  read(afterPosition: number, limit: number): Promise<PositionedCommit[]>
  /** As the commit store's, with the places. */
  readStream(stream: string, fromSeq?: number): Promise<PositionedCommit[]>
  /** The last position that is durable; 0 when empty. */
  end(): number
  /** Calls back after each durable group of commits. Returns the way to stop. */
  onAppend(listener: () => void): () => void
}
