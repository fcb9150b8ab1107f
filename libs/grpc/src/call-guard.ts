import type { DescMethod } from '@bufbuild/protobuf'
import { type Metadata, type StatusObject, status } from '@grpc/grpc-js'
import type { TokenVerifier } from '@samresa/identity'
import { type CallContext, newId, RejectionError, reject } from '@samresa/kernel'
import { type Logger, logRefusal, traceparentFrom } from '@samresa/telemetry'
import { statusFrom } from './rejection-status.ts'

/** Who calls, and until when. */
export interface Admission {
  context: CallContext
  /** Machine clock, milliseconds since the epoch: the token is good until then. */
  expiresAt: number
}

/** What every call passes before its handler, and how its failure is told. */
export interface CallGuard {
  admit(call: { metadata: Metadata }): Promise<Admission>
  statusOf(error: unknown, method: DescMethod): Partial<StatusObject>
}

export function createCallGuard(verifier: TokenVerifier, logger: Logger): CallGuard {
  return {
    admit: async ({ metadata }) => {
      const { actor, expiresAt } = await verifier.verify(bearerOf(metadata))
      const traceparent = traceparentFrom(metadata.get('traceparent')[0])
      return { context: { actor, purpose: 'planning', correlationId: newId(), traceparent }, expiresAt }
    },
    statusOf: (error, method) => {
      const where = { method: `${method.parent.typeName}/${method.name}` }
      if (error instanceof RejectionError) {
        logRefusal(logger, error, where)
        return statusFrom(error)
      }
      logger.error({ err: error, ...where }, 'A call failed unexpectedly')
      return { code: status.INTERNAL, details: 'INTERNAL' }
    },
  }
}

function bearerOf(metadata: Metadata): string {
  const [header] = metadata.get('authorization')
  if (typeof header === 'string' && header.slice(0, 7).toLowerCase() === 'bearer ') return header.slice(7)
  throw new RejectionError(reject('unauthenticated', 'TOKEN_MISSING', 'Send metadata "authorization: Bearer <access token>".'))
}
