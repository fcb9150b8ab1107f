import { Metadata, type ServiceError, type StatusObject, status } from '@grpc/grpc-js'
import { type FieldFault, RejectionError as Refusal, type RejectionError, type RejectionKind, reject } from '@samresa/kernel'

/** The code of a rejection that answers OUT_OF_RANGE: a cursor that is forged, foreign or too old. */
export const cursorOutOfRange = 'CURSOR_OUT_OF_RANGE'

/** The one table from kind to gRPC status. */
const statusOf: Record<RejectionKind, status> = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  'not-found': status.NOT_FOUND,
  conflict: status.FAILED_PRECONDITION,
  stale: status.ABORTED,
  unavailable: status.UNAVAILABLE,
  'storage-full': status.RESOURCE_EXHAUSTED,
  'too-large': status.RESOURCE_EXHAUSTED,
  'too-many': status.RESOURCE_EXHAUSTED,
}

/** And back, for servers that do not name the kind. */
const kindOf: Partial<Record<status, RejectionKind>> = {
  [status.INVALID_ARGUMENT]: 'invalid',
  [status.OUT_OF_RANGE]: 'invalid',
  [status.UNAUTHENTICATED]: 'unauthenticated',
  [status.PERMISSION_DENIED]: 'forbidden',
  [status.NOT_FOUND]: 'not-found',
  [status.FAILED_PRECONDITION]: 'conflict',
  [status.ALREADY_EXISTS]: 'conflict',
  [status.ABORTED]: 'stale',
  [status.RESOURCE_EXHAUSTED]: 'too-many',
}

const kindKey = 'samresa-kind'
const codeKey = 'samresa-code'
const fieldsKey = 'samresa-fields-bin'

/** The status that tells a refusal; kind, code and fields also stand in the trailers, for programs. */
export function statusFrom({ rejection }: RejectionError): Required<Pick<StatusObject, 'code' | 'details' | 'metadata'>> {
  const { kind, code, detail, fields } = rejection
  const metadata = new Metadata()
  metadata.set(kindKey, kind)
  metadata.set(codeKey, code)
  if (fields !== undefined) metadata.set(fieldsKey, Buffer.from(JSON.stringify(fields)))
  // A lone surrogate would make the encoding of the trailer throw.
  return { code: code === cursorOutOfRange ? status.OUT_OF_RANGE : statusOf[kind], details: `${code}: ${detail}`.toWellFormed(), metadata }
}

/** The refusal that a network call ended with. Anything that is no refusal (INTERNAL, a lost connection) counts as unavailable. */
export function rejectionFrom(error: ServiceError): RejectionError {
  const [kind] = error.metadata?.get(kindKey) ?? []
  const [code] = error.metadata?.get(codeKey) ?? []
  const [fields] = error.metadata?.get(fieldsKey) ?? []
  const known = typeof kind === 'string' && Object.hasOwn(statusOf, kind) ? (kind as RejectionKind) : (kindOf[error.code] ?? 'unavailable')
  const name = typeof code === 'string' ? code : (status[error.code] ?? 'UNKNOWN')
  const detail = error.details.startsWith(`${name}: `) ? error.details.slice(name.length + 2) : error.details
  return new Refusal(reject(known, name, detail, Buffer.isBuffer(fields) ? (JSON.parse(fields.toString()) as FieldFault[]) : undefined), {
    cause: error,
  })
}
