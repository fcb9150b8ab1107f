import type { DatabaseSync } from 'node:sqlite'
import { hashCommit } from '../commit.ts'
import type { CommitJob, WriteOutcome } from './write-job.ts'
import { textOf } from './write-job.ts'

/** Appends one commit inside the open transaction, or says why not. */
export function createCommitApplier(db: DatabaseSync): (job: CommitJob) => WriteOutcome {
  const before = db.prepare('SELECT hash FROM commits WHERE stream = ? AND seq = ?')
  const insert = db.prepare(
    `INSERT INTO commits (stream, seq, commit_id, first_ver, events, meta, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )
  const byCommitId = db.prepare('SELECT 1 FROM commits WHERE commit_id = ?')
  return (job) => {
    const [, stream, seq, commitId, firstVer, events, meta, prevHash] = job
    // A head that never was must not open a gap or fork the chain.
    const follows = seq === 1 ? prevHash === '' : before.get(stream, seq - 1)?.['hash'] === prevHash
    if (follows) {
      const hash = hashCommit(textOf(job))
      const { changes, lastInsertRowid } = insert.run(stream, seq, commitId, firstVer, events, meta, prevHash, hash)
      if (changes === 1) return ['appended', Number(lastInsertRowid), hash]
    }
    return byCommitId.get(commitId) === undefined ? ['stale'] : ['repeated']
  }
}
