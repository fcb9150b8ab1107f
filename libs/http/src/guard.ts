import type { TokenVerifier } from '@samresa/identity'
import { type CallContext, type Purpose, purposes, RejectionError, type Role, reject } from '@samresa/kernel'
import { traceparentFrom } from '@samresa/telemetry'
import type { FastifyRequest } from 'fastify'

/** Who calls, and until when. */
export interface Admission {
  context: CallContext
  /** Machine clock, milliseconds since the epoch: nothing may be answered on this token after it. */
  expiresAt: number
  /** False when the purpose is missing or unknown; the context then holds one that nothing may be done with. */
  purposeTold: boolean
}

/** Who calls, by the token; 401 or 503 by throwing. */
export async function identify(request: FastifyRequest, verifier: TokenVerifier, correlationId: string): Promise<Admission> {
  const { actor, expiresAt } = await verifier.verify(bearerOf(request.headers.authorization))
  const told = actor.role === 'participant' ? 'own' : purposeOf(request.headers['samresa-purpose'])
  const context = { actor, purpose: told ?? 'own', correlationId, traceparent: traceparentFrom(request.headers['traceparent']) }
  return { context, expiresAt, purposeTold: told !== undefined }
}

const purposeOf = (header: unknown): Purpose | undefined => purposes.find((purpose) => purpose === header)

function bearerOf(header: string | undefined): string {
  const [scheme, token] = header?.split(' ', 2) ?? []
  if (scheme?.toLowerCase() === 'bearer' && token !== undefined && token !== '') return header!.slice(7)
  throw new RejectionError(reject('unauthenticated', 'TOKEN_MISSING', 'Send "Authorization: Bearer <access token>".'))
}

export const forbidden = (): RejectionError => new RejectionError(reject('forbidden', 'FORBIDDEN', 'Your role may not use this address.'))

export const purposeRequired = (): RejectionError =>
  new RejectionError(reject('invalid', 'PURPOSE_REQUIRED', `Say why: send the header Samresa-Purpose with one of ${purposes.join(', ')}.`))

export const mayUse = (roles: readonly Role[], { context }: Admission): boolean => roles.includes(context.actor.role)

const longestKey = 200

/** The caller's idempotency key, when one came. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined || key === '') return undefined
  if (typeof key === 'string' && key.length <= longestKey) return key
  throw new RejectionError(reject('invalid', 'IDEMPOTENCY_KEY_TOO_LONG', `Send one Idempotency-Key of at most ${longestKey} characters.`))
}

/** The entity tag that a write expects, without quotes and weakness mark. */
export const ifMatchOf = (request: FastifyRequest): string | undefined =>
  request.headers['if-match']?.replace(/^(W\/)?"?/, '').replace(/"$/, '')
