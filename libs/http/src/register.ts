import type { AccessLog } from '@samresa/access-log'
import type { TokenVerifier } from '@samresa/identity'
import { RejectionError, type StreamSlots } from '@samresa/kernel'
import type { Logger } from '@samresa/telemetry'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type TObject, Type } from 'typebox'
import { type AccessRecorder, routeOf } from './access-record.ts'
import { admit } from './edge.ts'
import { type EventStreamLimits, type OpenStream, openEventStream, readerGone } from './event-stream.ts'
import { idempotencyKeyOf, ifMatchOf } from './guard.ts'
import { documentedRoute, documentedStream } from './openapi.ts'
import { preconditionRequired } from './problem.ts'
import type { EventStream, HttpCall, RouteSpec, StreamSpec } from './route.ts'

/** What routes are made with. */
export interface RouteParts {
  verifier: TokenVerifier
  accessLog: AccessLog
  recorder: AccessRecorder
  slots: StreamSlots
  streamLimits: EventStreamLimits
  logger: Logger
}

const Id = Type.String({ format: 'uuid' })

/** Parameters of a path: UUIDs unless told otherwise. */
function paramsOf({ path, params }: { path: string; params?: TObject }): TObject | undefined {
  if (params !== undefined) return params
  const names = Array.from(path.matchAll(/:(\w+)/g), ([, name]) => name!)
  return names.length === 0 ? undefined : Type.Object(Object.fromEntries(names.map((name) => [name, Id])))
}

type AnyCall = HttpCall<Record<string, string>, Record<string, unknown>, unknown>

function callFrom(request: FastifyRequest, { idempotent = false }: Pick<RouteSpec, 'idempotent'> = {}): AnyCall {
  const idempotencyKey = idempotent ? idempotencyKeyOf(request) : undefined
  const ifMatch = ifMatchOf(request)
  return {
    params: request.params as Record<string, string>,
    query: request.query as Record<string, unknown>,
    body: request.body,
    context: request.admission!.context,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
  }
}

export function registerRoute(scope: FastifyInstance, spec: RouteSpec, parts: RouteParts): void {
  const params = paramsOf(spec)
  scope.route({
    method: spec.method,
    url: spec.path,
    ...(spec.bodyLimit === undefined ? {} : { bodyLimit: spec.bodyLimit }),
    schema: {
      ...(params === undefined ? {} : { params }),
      ...(spec.query === undefined ? {} : { querystring: spec.query }),
      ...(spec.body === undefined ? {} : { body: spec.body }),
      response: spec.answers,
    },
    config: { documented: documentedRoute(spec, params) },
    onRequest: admit(spec, parts),
    handler: async (request, reply) => {
      const call = callFrom(request, spec)
      if (spec.requiresIfMatch === true && call.ifMatch === undefined) throw preconditionRequired()
      const answer = await handleOrRecord(request, spec, parts, () => spec.handle(call))
      await parts.recorder.allowed(request, spec.subject, answer.subjects)
      return reply
        .code(answer.status ?? 200)
        .headers(answer.headers ?? {})
        .send(answer.body)
    },
  })
}

export function registerStream(scope: FastifyInstance, spec: StreamSpec, parts: RouteParts): void {
  const params = paramsOf(spec)
  scope.route({
    method: 'GET',
    url: spec.path,
    schema: { ...(params === undefined ? {} : { params }), ...(spec.query === undefined ? {} : { querystring: spec.query }) },
    config: { documented: documentedStream(spec, params) },
    onRequest: admit(spec, parts),
    handler: async (request, reply) => {
      let opened: { end(reason: RejectionError): void } | undefined
      let ended: RejectionError | undefined
      const release = parts.slots.take(request.admission!.context.actor.user, (reason) => {
        ended = reason
        opened?.end(reason)
      })
      try {
        const lastEventId = request.headers['last-event-id']
        const call = { ...callFrom(request), body: undefined, ...(typeof lastEventId === 'string' ? { lastEventId } : {}) }
        const run = await handleOrRecord(request, spec, parts, () => spec.handle(call))
        await parts.recorder.allowed(request, spec.subject)
        // All were ended while this one was on its way.
        if (ended !== undefined) throw ended
        // The reader's end came meanwhile, and would not come again.
        if (reply.raw.destroyed) throw readerGone()
        opened = openStream(request, reply, { run, release, ...parts })
      } catch (error) {
        release()
        throw error
      }
    },
  })
}

async function handleOrRecord<T>(
  request: FastifyRequest,
  { subject }: Pick<RouteSpec, 'subject'>,
  { recorder }: RouteParts,
  handle: () => Promise<T>,
): Promise<T> {
  try {
    return await handle()
  } catch (error) {
    await recorder.refused(request, subject, error)
    throw error
  }
}

function openStream(
  request: FastifyRequest,
  reply: FastifyReply,
  { run, release, accessLog, streamLimits, logger }: RouteParts & { run: (stream: EventStream) => Promise<void>; release: () => void },
): Pick<OpenStream, 'end'> {
  const { context, expiresAt } = request.admission!
  reply.hijack()
  const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' }
  reply.raw.writeHead(200, headers as Record<string, string>)
  reply.raw.write(':\n\n')
  const open = openEventStream(reply.raw, expiresAt, streamLimits)
  const { actor, purpose, correlationId } = context
  const deliver: EventStream['deliver'] = async (event, access) => {
    await accessLog.record({ ...access, actor, purpose, correlationId, route: routeOf(request), decision: 'ALLOWED' })
    await open.stream.send(event)
  }
  open.ended.then(release, release)
  run({ ...open.stream, deliver }).then(
    () => open.end(),
    (error: unknown) => {
      if (!open.stream.signal.aborted && !(error instanceof RejectionError)) {
        logger.error({ err: error, correlationId, route: routeOf(request) }, 'A stream failed unexpectedly')
      }
      open.end()
    },
  )
  return open
}
