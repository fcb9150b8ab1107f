import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { purposeOf } from '../../application/portal-session.ts'
import { problem } from './problem.ts'
import type { Visitor, Visitors } from './visitors.ts'

const sentOn = ['accept', 'content-type', 'idempotency-key', 'if-match', 'last-event-id', 'traceparent'] as const
const answeredBack = ['content-type', 'etag', 'retry-after', 'samresa-correlation-id', 'cache-control', 'location'] as const

interface ApiProxy {
  visitors: Visitors<unknown>
  /** Where each service answers. */
  services: Readonly<Record<string, string>>
}

function headersFrom(request: FastifyRequest, { accessToken, signedIn }: Visitor<unknown>): Record<string, string> {
  const headers: Record<string, string> = { authorization: `Bearer ${accessToken}` }
  for (const name of sentOn) {
    const value = request.headers[name]
    if (typeof value === 'string') headers[name] = value
  }
  const purpose = purposeOf(signedIn.role)
  if (purpose !== undefined) headers['samresa-purpose'] = purpose
  return headers
}

interface Onward {
  target: URL
  headers: Record<string, string>
  /** The browser has gone away: the call to the service ends too. */
  gone: AbortSignal
}

/** Sends a call on to its service and streams the answer back as it comes; either side that goes away ends the other. */
function passOn(request: FastifyRequest, reply: FastifyReply, { target, headers, gone }: Onward): Promise<void> {
  return new Promise((done) => {
    const body = request.body instanceof Buffer ? request.body : undefined
    const upstream = httpRequest(target, {
      method: request.method,
      signal: gone,
      headers: body === undefined ? headers : { ...headers, 'content-length': String(body.length) },
    })
    upstream.once('response', (answer) => {
      reply.hijack()
      reply.raw.writeHead(answer.statusCode ?? 502, { ...securityOf(reply), ...chosen(answer.headers), 'x-accel-buffering': 'no' })
      reply.raw.flushHeaders()
      answer.pipe(reply.raw)
      answer.once('error', () => reply.raw.destroy())
      answer.once('close', () => {
        if (!answer.complete) reply.raw.destroy()
        done()
      })
    })
    upstream.once('error', () => {
      if (!reply.sent && !reply.raw.headersSent && !reply.raw.destroyed)
        problem(reply, 503, 'SERVICE_UNAVAILABLE', 'The service does not answer. Try again in a moment.')
      done()
    })
    upstream.end(body)
  })
}

const securityOf = (reply: FastifyReply) =>
  Object.fromEntries(Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined)) as Record<string, string>

function chosen(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = { 'cache-control': 'no-store' }
  for (const name of answeredBack) {
    const value = headers[name]
    if (typeof value === 'string') kept[name] = value
  }
  return kept
}

/**
 * `/api/{service}/…` with the visitor's token, which the browser never sees. A write needs the header `X-Samresa: 1`,
 * which another site cannot send without asking first.
 */
export function apiProxyRoutes({ visitors, services }: ApiProxy): FastifyPluginCallback {
  return (api, _options, ready) => {
    api.removeAllContentTypeParsers()
    api.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 256 * 1024 }, (_request, body, done) => done(null, body))
    api.all<{ Params: { service: string; '*': string } }>('/api/:service/*', async (request, reply) => {
      const base = Object.hasOwn(services, request.params.service) ? services[request.params.service] : undefined
      if (base === undefined) return problem(reply, 404, 'NOT_FOUND', 'Nothing here under this address.')
      const reads = request.method === 'GET' || request.method === 'HEAD'
      if (!reads && request.headers['x-samresa'] !== '1') return problem(reply, 403, 'CROSS_SITE', 'A write needs the header X-Samresa: 1.')
      // Listened for before anything is awaited: a page that leaves while its session is looked up is told of only once.
      const leaving = new AbortController()
      if (reply.raw.destroyed) leaving.abort()
      else reply.raw.once('close', () => leaving.abort())
      const visitor = await visitors.find(request)
      if (leaving.signal.aborted) return reply.hijack()
      if (visitor === undefined) return problem(reply, 401, 'SESSION_ENDED', 'Log in again.')
      const target = new URL(request.url.slice(`/api/${request.params.service}`.length), base)
      if (target.origin !== new URL(base).origin) return problem(reply, 404, 'NOT_FOUND', 'Nothing here under this address.')
      await passOn(request, reply, { target, headers: headersFrom(request, visitor), gone: leaving.signal })
      return reply
    })
    ready()
  }
}
