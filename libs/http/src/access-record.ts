import type { AccessLog } from '@samresa/access-log'
import { RejectionError } from '@samresa/kernel'
import type { FastifyRequest } from 'fastify'
import type { Concerning } from './route.ts'

type SubjectOf = ((concerning: Concerning) => string | undefined) | undefined

const id = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Leaves the records of one service's routes. Every function resolves when the records are durable. */
export interface AccessRecorder {
  /** For the route's subject, and for those the handler has found. */
  allowed(request: FastifyRequest, subjectOf: SubjectOf, further?: readonly string[]): Promise<void>
  /** For the route's subject, when what stands in its place looks like an id. */
  denied(request: FastifyRequest, subjectOf: SubjectOf): Promise<void>
  /** After a handler's refusal: what it means for the record. */
  refused(request: FastifyRequest, subjectOf: SubjectOf, error: unknown): Promise<void>
}

export function createAccessRecorder(accessLog: AccessLog): AccessRecorder {
  const record = async (request: FastifyRequest, participants: Iterable<string>, decision: 'ALLOWED' | 'DENIED') => {
    const { context, purposeTold } = request.admission!
    const { actor, correlationId } = context
    const route = routeOf(request)
    const purpose = purposeTold ? context.purpose : ''
    await Promise.all(
      Array.from(participants, (participantId) => accessLog.record({ participantId, actor, route, purpose, decision, correlationId })),
    )
  }
  const denied: AccessRecorder['denied'] = async (request, subjectOf) => {
    const subject = subjectFrom(request, subjectOf)
    if (subject !== undefined && id.test(subject)) await record(request, [subject], 'DENIED')
  }
  const allowed: AccessRecorder['allowed'] = async (request, subjectOf, further = []) => {
    const subject = subjectFrom(request, subjectOf)
    const all = new Set(subject === undefined ? further : [subject, ...further])
    if (all.size > 0) await record(request, all, 'ALLOWED')
  }
  return {
    allowed,
    denied,
    refused: async (request, subjectOf, error) => {
      if (!(error instanceof RejectionError)) return
      const { kind } = error.rejection
      if (kind === 'not-found' || kind === 'forbidden') await denied(request, subjectOf)
      // These refusals tell how things stand, to somebody who may know.
      else if (kind === 'conflict' || kind === 'stale' || kind === 'invalid') await allowed(request, subjectOf)
    },
  }
}

function subjectFrom(request: FastifyRequest, subjectOf: SubjectOf): string | undefined {
  return subjectOf?.({
    params: request.params as Record<string, string>,
    query: request.query as Record<string, unknown>,
    body: request.body,
    context: request.admission!.context,
  })
}

/** The pattern, without anybody's id in it. */
export const routeOf = (request: FastifyRequest): string => `${request.method} ${request.routeOptions.url}`
