import type { DatabaseSync } from 'node:sqlite'
import { createCommitApplier } from './apply-commit.ts'
import { createDocumentsApplier } from './apply-documents.ts'
import type { WriteJob, WriteOutcome } from './write-job.ts'
import { mayUseReserve, sizeOf } from './write-job.ts'

const sqliteFull = 13
const sharedMemoryFull = 4874
const isFull = (error: unknown): boolean => {
  const code = (error as { errcode?: number }).errcode
  return code === sqliteFull || code === sharedMemoryFull
}

/** Writes a group of jobs in one transaction, each with an outcome of its own. They are in the log when it returns, on the disk when the log has been synced. Never throws. */
export function createGroupTransaction(db: DatabaseSync, hasSpace: (bytes: number) => boolean): (jobs: WriteJob[]) => WriteOutcome[] {
  const applyCommit = createCommitApplier(db)
  const documents = createDocumentsApplier(db)
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')

  const apply = (job: WriteJob): WriteOutcome =>
    job[0] === 'commit' ? applyCommit(job) : job[0] === 'documents' ? documents.write(job) : documents.drop(job)

  const transact = (jobs: WriteJob[]): WriteOutcome[] => {
    try {
      begin.run()
      const outcomes = jobs.map(apply)
      commit.run()
      return outcomes
    } catch (error) {
      // A full disk rolls back by itself, and a second rollback would throw.
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  /** A job that the engine cannot take fails alone: the others are then tried one by one. */
  const attempt = (jobs: WriteJob[]): WriteOutcome[] => {
    if (jobs.length === 0) return []
    try {
      return transact(jobs)
    } catch (error) {
      if (!isFull(error)) return jobs.length > 1 ? jobs.flatMap((job) => attempt([job])) : [['failed', String(error)]]
      const essential = jobs.filter(mayUseReserve)
      return essential.length === jobs.length ? jobs.map(() => ['full']) : withOthersRefused(jobs, essential)
    }
  }

  const withOthersRefused = (jobs: WriteJob[], admitted: WriteJob[]): WriteOutcome[] => {
    const outcomes = attempt(admitted)
    let next = 0
    return jobs.map((job): WriteOutcome => (job === admitted[next] ? (outcomes[next++] ?? ['full']) : ['full']))
  }

  return (jobs) => {
    const essential = jobs.filter(mayUseReserve)
    if (essential.length === jobs.length || hasSpace(jobs.reduce((sum, job) => sum + sizeOf(job), 0))) return attempt(jobs)
    return withOthersRefused(jobs, essential)
  }
}
