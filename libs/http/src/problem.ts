import { STATUS_CODES } from 'node:http'
import { type FieldFault, type Rejection, RejectionError, type RejectionKind, reject } from '@samresa/kernel'
import { Type } from 'typebox'

/** A refusal as RFC 9457 tells it. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  code: string
  correlationId: string
  fields?: FieldFault[]
}

/** The schema of every refusal. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Names the kind of problem.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What to do about it.' }),
    instance: Type.String({ description: 'The address that was asked.' }),
    code: Type.String({ description: 'Stable; programs decide by it.' }),
    correlationId: Type.String({ description: 'Tell it when you ask for help.' }),
    fields: Type.Optional(
      Type.Array(Type.Object({ pointer: Type.String({ description: 'RFC 6901 pointer into the body.' }), detail: Type.String() })),
    ),
  },
  { $id: 'Problem', description: 'RFC 9457 problem details.' },
)

/** The one table from kind to HTTP status. */
const statusOf: Record<RejectionKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  stale: 412,
  'too-large': 413,
  'too-many': 429,
  unavailable: 503,
  'storage-full': 507,
}

const preconditionRequiredCode = 'PRECONDITION_REQUIRED'
const unsupportedCode = 'UNSUPPORTED_MEDIA_TYPE'

/** A write that must say which version it changes, and did not. */
export const preconditionRequired = (): RejectionError =>
  new RejectionError(reject('stale', preconditionRequiredCode, 'Send If-Match with the ETag of what you have read.'))

/** A body in another format than JSON. */
export const unsupportedMediaType = (): RejectionError =>
  new RejectionError(reject('invalid', unsupportedCode, 'Send the body as application/json.'))

const special: Record<string, number> = { [preconditionRequiredCode]: 428, [unsupportedCode]: 415 }

/** The HTTP status of a refusal. */
const httpStatusOf = ({ kind, code }: Rejection): number => special[code] ?? statusOf[kind]

const secondsToWait: Record<number, number> = { 429: 1, 503: 5 }

/** Headers that belong to a status. */
export function headersOf(status: number): Record<string, string> {
  if (status === 401) return { 'www-authenticate': 'Bearer' }
  const seconds = secondsToWait[status]
  return seconds === undefined ? {} : { 'retry-after': String(seconds) }
}

/** The body of a refusal. `instance` is the address without its query, which may hold what should not be repeated. */
export function problemFrom(rejection: Rejection, at: { url: string; correlationId: string }): Problem {
  const status = httpStatusOf(rejection)
  const { code, detail, fields } = rejection
  return {
    type: `urn:samresa:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: STATUS_CODES[status] ?? 'Problem',
    status,
    detail,
    instance: at.url.split('?', 1)[0]!,
    code,
    correlationId: at.correlationId,
    ...(fields === undefined ? {} : { fields }),
  }
}

/** The body of a bug: nothing about it goes out. */
export const internalProblem = (at: { url: string; correlationId: string }): Problem => ({
  type: 'urn:samresa:problem:internal',
  title: STATUS_CODES[500]!,
  status: 500,
  detail: 'Something went wrong on our side. Ask for help with the correlation id.',
  instance: at.url.split('?', 1)[0]!,
  code: 'INTERNAL',
  correlationId: at.correlationId,
})
