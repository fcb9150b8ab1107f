/** How a refusal is to be understood; each transport has one table from kind to its own numbers. */
export type RejectionKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'stale'
  | 'unavailable'
  | 'storage-full'
  | 'too-large'
  | 'too-many'

/** One faulty field of a request. `pointer` is an RFC 6901 JSON pointer into the body. */
export interface FieldFault {
  pointer: string
  detail: string
}

/** A refusal as a value. `code` is stable UPPER_SNAKE and part of the public surface; `detail` tells the caller what to do. */
export interface Rejection {
  kind: RejectionKind
  code: string
  detail: string
  fields?: FieldFault[]
}

/** Carries a Rejection up to an edge. Thrown at edges and in application code only; rules return the value. */
export class RejectionError extends Error {
  override name = 'RejectionError'
  readonly rejection: Rejection
  constructor(rejection: Rejection, options?: ErrorOptions) {
    super(`${rejection.code}: ${rejection.detail}`, options)
    this.rejection = rejection
  }
}

export const reject = (kind: RejectionKind, code: string, detail: string, fields?: FieldFault[]): Rejection =>
  fields === undefined ? { kind, code, detail } : { kind, code, detail, fields }

/** The one answer for "no such thing" and "not for you". */
export const notFound = (): Rejection => reject('not-found', 'NOT_FOUND', 'Nothing here for you under this address.')
