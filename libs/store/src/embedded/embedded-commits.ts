import type { DatabaseSync } from 'node:sqlite'
import { RejectionError, reject } from '@samresa/kernel'
import type { CommitDraft, StreamHead } from '../commit.ts'
import { emptyHead } from '../commit.ts'
import type { AppendResult, CommitLog, CommitStore, PositionedCommit } from '../commit-store.ts'
import { createCommitRing } from './commit-ring.ts'
import type { CommitRow } from './commit-rows.ts'
import { commitColumns, commitFromRow } from './commit-rows.ts'
import { writeFailureFrom } from './write-failure.ts'
import type { Writer } from './writer.ts'

/** JSON of one commit's events and meta together, in UTF-16 units. */
const largestCommit = 4 * 1024 * 1024

/** The commits of one file: appended by its writer, read over a connection of their own. */
export function createEmbeddedCommits(reader: DatabaseSync, writer: Writer): CommitStore & CommitLog {
  const last = reader.prepare('SELECT max(position) AS position FROM commits').get() as { position: number | null }
  const ofStream = reader.prepare(`SELECT ${commitColumns} FROM commits WHERE stream = ? AND seq >= ? ORDER BY seq`)
  const ofId = reader.prepare(`SELECT ${commitColumns} FROM commits WHERE commit_id = ?`)
  const headOfStream = reader.prepare(
    'SELECT seq, first_ver + json_array_length(events) - 1 AS version, hash FROM commits WHERE stream = ? ORDER BY seq DESC LIMIT 1',
  )
  const page = reader.prepare(`SELECT ${commitColumns} FROM commits WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`)
  let end = last.position ?? 0
  let told = end
  const ring = createCommitRing(end)
  const listeners = new Set<() => void>()
  writer.onGroup(() => {
    if (told === end) return
    told = end
    for (const listener of listeners) listener()
  })

  const find = (commitId: string): PositionedCommit | undefined => {
    const row = ofId.get(commitId) as CommitRow | undefined
    return row === undefined ? undefined : commitFromRow(row)
  }

  return {
    soleWriter: true,
    append(draft: CommitDraft, after: StreamHead): Promise<AppendResult> {
      const { stream, commitId, events: stored, ...rest } = draft
      const events = JSON.stringify(stored)
      const meta = JSON.stringify(rest)
      const size = events.length + meta.length
      if (size > largestCommit) {
        return Promise.reject(new RejectionError(reject('too-large', 'COMMIT_TOO_LARGE', 'This is more than can be stored at once.')))
      }
      const seq = after.seq + 1
      const firstVer = after.version + 1
      return new Promise((resolve, refuse) => {
        writer.write(['commit', stream, seq, commitId, firstVer, events, meta, after.hash], (outcome) => {
          if (outcome[0] === 'appended') {
            const [, position, hash] = outcome
            const commit: PositionedCommit = { ...draft, seq, firstVer, prevHash: after.hash, hash, position }
            end = position
            ring.add(commit, size)
            resolve({ outcome: 'appended', commit })
          } else if (outcome[0] === 'repeated') resolve({ outcome: 'repeated', commit: find(commitId)! })
          else if (outcome[0] === 'stale') resolve({ outcome: 'stale' })
          else refuse(writeFailureFrom(outcome))
        })
      })
    },
    async readStream(stream, fromSeq = 1): Promise<PositionedCommit[]> {
      return (ofStream.all(stream, fromSeq) as unknown[] as CommitRow[]).map(commitFromRow)
    },
    async findCommit(commitId) {
      return find(commitId)
    },
    async head(stream) {
      const row = headOfStream.get(stream) as unknown as StreamHead | undefined
      return row === undefined ? emptyHead : { ...row }
    },
    async read(afterPosition, limit) {
      const recent = ring.after(afterPosition, limit)
      // What the reader sees beyond the end is still on its way to the disk.
      return recent ?? (page.all(afterPosition, end, limit) as unknown[] as CommitRow[]).map(commitFromRow)
    },
    end: () => end,
    onAppend(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
