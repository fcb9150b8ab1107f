import type { DescMethod } from '@bufbuild/protobuf'
import { type Metadata, type StatusObject, status } from '@grpc/grpc-js'
import type { TokenVerifier } from '@samresa/identity'
import { type CallContext, newId, type Purpose, purposes, RejectionError, type Role, reject } from '@samresa/kernel'
import { type Logger, logRefusal, traceparentFrom } from '@samresa/telemetry'
import { nameOf } from './method-name.ts'
import { correlationKey, purposeKey } from './own-metadata.ts'
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

/** `roles`: who may call at all; everybody with a token when left out. */
export function createCallGuard(verifier: TokenVerifier, logger: Logger, roles?: readonly Role[]): CallGuard {
  return {
    admit: async ({ metadata }) => {
      const { actor, expiresAt } = await verifier.verify(bearerOf(metadata))
      if (roles !== undefined && !roles.includes(actor.role)) throw new RejectionError(notForThisRole(roles))
      const traceparent = traceparentFrom(metadata.get('traceparent')[0])
      // Only our own services say under which correlation and purpose they ask; everybody else begins something of their own.
      const told = actor.role === 'service' ? metadata : undefined
      const context = { actor, purpose: purposeIn(told) ?? 'planning', correlationId: correlationIn(told) ?? newId(), traceparent }
      return { context, expiresAt }
    },
    statusOf: (error, method) => {
      const where = { method: nameOf(method) }
      if (error instanceof RejectionError) {
        logRefusal(logger, error, where)
        return statusFrom(error)
      }
      logger.error({ err: error, ...where }, 'A call failed unexpectedly')
      return { code: status.INTERNAL, details: 'INTERNAL' }
    },
  }
}

const notForThisRole = (roles: readonly Role[]) =>
  reject('forbidden', 'FORBIDDEN', `Only callers with the role ${roles.join(' or ')} are answered here.`)

function textIn(metadata: Metadata | undefined, key: string): string | undefined {
  const [value] = metadata?.get(key) ?? []
  return typeof value === 'string' && value !== '' ? value : undefined
}

const correlationIn = (metadata: Metadata | undefined): string | undefined => textIn(metadata, correlationKey)

const knownPurposes: readonly Purpose[] = [...purposes, 'own']

function purposeIn(metadata: Metadata | undefined): Purpose | undefined {
  const told = textIn(metadata, purposeKey)
  return knownPurposes.find((purpose) => purpose === told)
}

function bearerOf(metadata: Metadata): string {
  const [header] = metadata.get('authorization')
  if (typeof header === 'string' && header.slice(0, 7).toLowerCase() === 'bearer ') return header.slice(7)
  throw new RejectionError(reject('unauthenticated', 'TOKEN_MISSING', 'Send metadata "authorization: Bearer <access token>".'))
}
