import type { CommitText } from '../commit.ts'

/** One commit to be appended: the texts that are hashed and stored. */
export type CommitJob = [
  kind: 'commit',
  stream: string,
  seq: number,
  commitId: string,
  firstVer: number,
  events: string,
  meta: string,
  prevHash: string,
]

export type DocumentOperation =
  | [op: 'put' | 'insert', collection: string, id: string, index: string | null, body: string]
  | [op: 'advance', collection: string, id: string, from: number, to: number]
  | [op: 'remove', collection: string, id: string]

export type DocumentsJob = [kind: 'documents', durable: boolean, operations: DocumentOperation[]]

export type DropJob = [kind: 'drop', collection: string]

export type WriteJob = CommitJob | DocumentsJob | DropJob

/** `refused` names the operation that could not be applied; `failed` is an engine error in words. */
export type WriteOutcome =
  | [outcome: 'appended', position: number, hash: string]
  | [outcome: 'repeated']
  | [outcome: 'stale']
  | [outcome: 'written']
  | [outcome: 'refused', index: number]
  | [outcome: 'full']
  | [outcome: 'failed', message: string]

/** True for what may be answered only when it has reached the disk. */
export const isDurable = (job: WriteJob): boolean => job[0] === 'commit' || (job[0] === 'documents' && job[1])

export const textOf = (job: CommitJob): CommitText => ({
  stream: job[1],
  seq: job[2],
  commitId: job[3],
  firstVer: job[4],
  events: job[5],
  meta: job[6],
  prevHash: job[7],
})

/** Roughly the bytes a job adds to the file. */
export function sizeOf(job: WriteJob): number {
  if (job[0] === 'commit') return job[5].length + job[6].length + 512
  if (job[0] === 'drop') return 0
  return job[2].reduce((sum, operation) => sum + 128 + (operation[0] === 'put' || operation[0] === 'insert' ? operation[4].length : 0), 0)
}

const isEvidence = (stream: string): boolean => stream.startsWith('access-') || stream === 'witness'

/**
 * Reads must go on when the disk is nearly full: every read leaves a record, and what the records say is read when the witness has seen
 * it. These streams may use the reserve; the witness grows by what the others write, which is little then.
 */
export const mayUseReserve = (job: WriteJob): boolean => job[0] !== 'commit' || isEvidence(job[1])
