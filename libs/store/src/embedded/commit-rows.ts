import type { PositionedCommit } from '../commit-store.ts'
import type { ChainRow } from '../verify-chain.ts'
import { openForReading } from './database.ts'

/** One commit exactly as it lies in the file: what evidence is checked on. */
export type CommitRow = ChainRow & { position: number }

/** The columns of a CommitRow, in the names of its fields. */
export const commitColumns =
  'position, stream, seq, commit_id AS commitId, first_ver AS firstVer, events, meta, prev_hash AS prevHash, hash'

/** The commit that a row holds. */
export function commitFromRow({ events, meta, ...row }: CommitRow): PositionedCommit {
  return {
    ...row,
    ...(JSON.parse(meta) as Pick<PositionedCommit, 'actor' | 'purpose' | 'correlationId' | 'at'>),
    events: JSON.parse(events),
  }
}

/**
 * Every commit of a store's file, or of one stream in it, in the order of streams and numbers, read beside a running instance or on a
 * stopped one. Throws when it cannot be opened.
 */
export function* readCommitRows(file: string, stream?: string): Generator<CommitRow, void, undefined> {
  const db = openForReading(file)
  try {
    const condition = stream === undefined ? '' : 'WHERE stream = ?'
    const rows = db.prepare(`SELECT ${commitColumns} FROM commits ${condition} ORDER BY stream, seq`)
    yield* rows.iterate(...(stream === undefined ? [] : [stream])) as Iterable<unknown> as Iterable<CommitRow>
  } finally {
    db.close()
  }
}
