import type { TokenVerifier } from '@samresa/identity'
import { newId, notFound, RejectionError, reject } from '@samresa/kernel'
import { type Logger, logRefusal } from '@samresa/telemetry'
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  type onRequestAsyncHookHandler,
} from 'fastify'
import type { AccessRecorder } from './access-record.ts'
import { type Admission, forbidden, identify, mayUse, purposeRequired } from './guard.ts'
import { headersOf, internalProblem, problemFrom, unsupportedMediaType } from './problem.ts'
import type { Concerning } from './route.ts'
import { compileValidator } from './validation.ts'

declare module 'fastify' {
  interface FastifyRequest {
    correlationId: string
    admission: Admission | undefined
  }
  interface FastifyContextConfig {
    /** The route as the OpenAPI document tells it. */
    documented?: import('fastify').FastifySchema
  }
}

const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** A server with what every answer has in common: correlation id, security headers, JSON only, refusals as problem details. */
export function createEdge({ bodyLimit, logger }: { bodyLimit: number; logger: Logger }): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit,
    exposeHeadRoutes: false,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 200 },
    // An address that cannot be decoded never reaches the hooks.
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, logger),
  })
  app.setValidatorCompiler(compileValidator)
  app.decorateRequest('correlationId', '')
  app.decorateRequest('admission', undefined)
  app.addHook('onRequest', async (request, reply) => {
    request.correlationId = newId()
    reply.headers(securityHeaders).header('samresa-correlation-id', request.correlationId)
  })
  parseJsonOnly(app)
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, logger))
  app.setNotFoundHandler((request, reply) => answerError(new RejectionError(notFound()), request, reply, logger))
  return app
}

function parseJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, body as string, done)
  })
}

/** Token, role, purpose, in this order and before a byte of the body is read. */
export function admit(
  { roles, subject }: { roles: Parameters<typeof mayUse>[0]; subject?: ((concerning: Concerning) => string | undefined) | undefined },
  { verifier, recorder }: { verifier: TokenVerifier; recorder: AccessRecorder },
): onRequestAsyncHookHandler {
  return async (request) => {
    const admission = await identify(request, verifier, request.correlationId)
    request.admission = admission
    if (!mayUse(roles, admission)) {
      await recorder.denied(request, subject)
      throw forbidden()
    }
    if (!admission.purposeTold) throw purposeRequired()
  }
}

function answerError(error: Error, request: FastifyRequest, reply: FastifyReply, logger: Logger): FastifyReply {
  // An address that could not be decoded has not met the hook that gives one.
  const correlationId = request.correlationId || newId()
  const at = { url: request.url, correlationId }
  const refusal = refusalFrom(error)
  const where = { correlationId, method: request.method, route: request.routeOptions.url }
  if (refusal === undefined) logger.error({ err: error, ...where }, 'A request failed unexpectedly')
  else logRefusal(logger, refusal, where)
  const problem = refusal === undefined ? internalProblem(at) : problemFrom(refusal.rejection, at)
  // Serialised here: the content type of a problem has no serialiser of its own.
  return reply
    .code(problem.status)
    .headers({ ...securityHeaders, 'samresa-correlation-id': correlationId, ...headersOf(problem.status) })
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer((body: string) => body)
    .send(JSON.stringify(problem))
}

function refusalFrom(error: Error): RejectionError | undefined {
  if (error instanceof RejectionError) return error
  const { code, statusCode } = error as FastifyError
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupportedMediaType()
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new RejectionError(reject('too-large', 'BODY_TOO_LARGE', 'The body is larger than this address takes.'))
  if (code === 'FST_ERR_BAD_URL') return new RejectionError(notFound())
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') return new RejectionError(reject('invalid', 'MALFORMED_JSON', 'The body is no valid JSON.'))
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new RejectionError(reject('invalid', 'BAD_REQUEST', 'The request could not be read.'))
  }
  return undefined
}
