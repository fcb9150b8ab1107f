import swagger from '@fastify/swagger'
import type { AccessLog } from '@samresa/access-log'
import type { TokenVerifier } from '@samresa/identity'
import { createStreamSlots } from '@samresa/kernel'
import type { Logger } from '@samresa/telemetry'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import type { TObject, TProperties, TSchema } from 'typebox'
import { createAccessRecorder } from './access-record.ts'
import { createEdge } from './edge.ts'
import { type EventStreamLimits, streamDraining } from './event-stream.ts'
import { type Health, livenessAnswer, readinessAnswer } from './health.ts'
import { openapiOptions } from './openapi.ts'
import { Problem } from './problem.ts'
import { type RouteParts, registerRoute, registerStream } from './register.ts'
import type { RouteSpec, StreamSpec } from './route.ts'

export interface HttpServiceOptions extends Partial<Health> {
  /** Short name: planning. */
  service: string
  title: string
  description: string
  verifier: TokenVerifier
  accessLog: AccessLog
  logger: Logger
  host: string
  /** 0 is any free one. */
  port: number
  /** Bytes of a body; 64 KiB by default. */
  bodyLimit?: number
  streamLimits?: EventStreamLimits & {
    /** Streams a user may hold; 5 by default. */
    perUser?: number
  }
}

/** The HTTP edge of a service. Routes are told before it listens. */
export interface HttpService {
  route<P extends TObject = TObject<TProperties>, Q extends TObject = TObject<TProperties>, B extends TSchema = TSchema>(
    spec: RouteSpec<P, Q, B>,
  ): void
  stream<P extends TObject = TObject<TProperties>, Q extends TObject = TObject<TProperties>>(spec: StreamSpec<P, Q>): void
  /** Resolves with the URL; rejects when the address is taken. */
  listen(): Promise<string>
  /** Answers a request without a network: for tests. */
  inject(request: InjectOptions): Promise<LightMyRequestResponse>
  /** Ends the streams ("draining") and waits for the requests at hand. */
  close(): Promise<void>
}

export function createHttpService(options: HttpServiceOptions): HttpService {
  const { verifier, accessLog, logger, host, port, bodyLimit = 64 * 1024, streamLimits = {} } = options
  const { ready = () => ({}), live = () => true } = options
  const app = createEdge({ bodyLimit, logger })
  const slots = createStreamSlots(streamLimits.perUser ?? 5)
  const parts: RouteParts = { verifier, accessLog, recorder: createAccessRecorder(accessLog), slots, streamLimits, logger }
  const registrations: ((scope: FastifyInstance) => void)[] = []
  let open = true

  app.addSchema(Problem)
  app.register(swagger, openapiOptions(options))
  app.register((scope, _, done) => {
    scope.get('/livez', { schema: { hide: true } }, async (_, reply) => {
      const { status, body } = livenessAnswer(live())
      return reply.code(status).send(body)
    })
    scope.get('/readyz', { schema: { hide: true } }, async (_, reply) => {
      const { status, body } = readinessAnswer({ ...(await ready()), edge: open || 'draining' })
      return reply.code(status).send(body)
    })
    scope.get('/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger())
    for (const register of registrations) register(scope)
    done()
  })

  return {
    route: (spec) => registrations.push((scope) => registerRoute(scope, spec as unknown as RouteSpec, parts)),
    stream: (spec) => registrations.push((scope) => registerStream(scope, spec as unknown as StreamSpec, parts)),
    listen: () => app.listen({ host, port }),
    inject: (request) => app.inject(request),
    close: async () => {
      open = false
      slots.endAll(streamDraining())
      await app.close()
    },
  }
}
