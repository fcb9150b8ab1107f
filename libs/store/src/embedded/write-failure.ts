import { RejectionError, reject } from '@samresa/kernel'
import type { WriteOutcome } from './write-job.ts'

/** The error for an outcome that is none of those a caller can act on: a full disk, or an engine that failed. */
export function writeFailureFrom(outcome: WriteOutcome): RejectionError {
  if (outcome[0] === 'full') {
    return new RejectionError(reject('storage-full', 'STORAGE_FULL', 'The disk is full. Nothing was stored; try again when there is room.'))
  }
  const cause = new Error(outcome[0] === 'failed' ? outcome[1] : `Unexpected outcome ${outcome[0]}`)
  return new RejectionError(reject('unavailable', 'STORE_UNAVAILABLE', 'The store cannot write now. Try again.'), { cause })
}
