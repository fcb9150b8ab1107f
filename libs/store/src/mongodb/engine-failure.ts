import { RejectionError, reject } from '@samresa/kernel'
import { MongoBulkWriteError, MongoError, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb'

const duplicateKey = 11000
const outOfDiskSpace = 14031
const objectTooLarge = 10334
/** A primary that is going, gone or not chosen yet, and its cursors with it; a write concern that was not met in time; two writers at one document, old or new. */
const passing = new Set([6, 7, 43, 64, 89, 91, 112, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, duplicateKey])

/** What a unique index refused: the fields of its key. Undefined for every other error. */
export function duplicateKeyOf(error: unknown): string[] | undefined {
  if (!(error instanceof MongoServerError) || error.code !== duplicateKey) return undefined
  return Object.keys((error['keyPattern'] as object | undefined) ?? {})
}

/** The driver puts what a bulk write failed of as a whole into an error of its own, without its labels. */
export const unwrapped = (error: unknown): unknown => (error instanceof MongoBulkWriteError ? error.errorResponse : error)

/** True for what may go well when it is tried again soon. Whether the failed try reached the server is not known. */
export function isPassing(error: unknown): boolean {
  const cause = unwrapped(error)
  if (cause instanceof MongoNetworkError || cause instanceof MongoServerSelectionError) return true
  if (!(error instanceof MongoError)) return false
  return error.hasErrorLabel('RetryableWriteError') || (typeof error.code === 'number' && passing.has(error.code))
}

export const storeUnavailable = (cause?: unknown): RejectionError =>
  new RejectionError(reject('unavailable', 'STORE_UNAVAILABLE', 'The store cannot answer now. Try again.'), { cause })

/** The error that callers see for one of the engine; what is no engine's comes back as it is. */
export function engineFailureFrom(error: unknown): unknown {
  if (error instanceof RangeError || (error instanceof MongoError && error.code === objectTooLarge)) {
    return new RejectionError(reject('too-large', 'DOCUMENT_TOO_LARGE', 'This is more than can be stored at once.'), { cause: error })
  }
  if (!(error instanceof MongoError)) return error
  if (error.code === outOfDiskSpace) {
    return new RejectionError(
      reject('storage-full', 'STORAGE_FULL', 'The disk is full. Nothing was stored; try again when there is room.'),
      {
        cause: error,
      },
    )
  }
  return storeUnavailable(error)
}
