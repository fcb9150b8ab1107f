import { createTraceState, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, test } from 'vitest'
import { attributesOfLibraries, ownAttributes } from '../span-attributes.ts'
import { redacting } from './redacted.ts'

const canary = '197809032399'
const caller = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: TraceFlags.SAMPLED, isRemote: true }

/** Exports one span that carries the canary wherever a library can put one. */
function exported(attributes: Record<string, string> = {}) {
  const exporter = new InMemorySpanExporter()
  const libraries: string[] = []
  const provider = new TracerProvider({
    spanProcessors: [redacting(new SimpleSpanProcessor({ exporter }), (library) => libraries.push(library))],
  })
  const remote = { ...caller, traceState: createTraceState(`caller=${canary}`) }
  const parent = trace.setSpanContext(ROOT_CONTEXT, remote)
  const links = [{ context: remote, attributes: { person: canary } }]
  const span = provider.getTracer('a-library').startSpan('insert commits', { kind: SpanKind.CLIENT, attributes, links }, parent)
  span.addEvent('exception', { 'exception.message': canary })
  span.recordException(new Error(canary))
  span.setStatus({ code: SpanStatusCode.ERROR, message: `dup key: { _id: "${canary}" }` })
  span.end()
  const [only] = exporter.getFinishedSpans()
  return { span: only!, libraries, whole: JSON.stringify({ ...only, resource: undefined, context: only!.spanContext() }) }
}

/** What the libraries of this house really set, and what others of their kind do. */
const leaking = [
  'client.address',
  'db.query.text',
  'db.statement',
  'enduser.id',
  'exception.message',
  'http.request.header.authorization',
  'http.request.method_original',
  'http.target',
  'http.url',
  'messaging.kafka.message.key',
  'messaging.message.id',
  'net.peer.ip',
  'network.peer.address',
  'server.address',
  'url.full',
  'url.path',
  'url.query',
  'user_agent.original',
  'participantId',
]

test.each(leaking)('%s does not leave the process', (name) => {
  const { span, whole } = exported({ [name]: canary, 'http.route': '/v1/participants/:participantId' })
  expect(span.attributes).toEqual({ 'http.route': '/v1/participants/:participantId' })
  expect(whole).not.toContain(canary)
})

test('no text of a failure, no attribute of a link and no trace state of a caller leaves the process', () => {
  const { span, whole } = exported()
  expect(whole).not.toContain(canary)
  expect(span).toMatchObject({ name: 'insert commits', kind: SpanKind.CLIENT, status: { code: SpanStatusCode.ERROR }, events: [] })
  expect(span.parentSpanContext).toEqual(caller)
  expect(span.links).toEqual([{ context: caller }])
  expect(span.duration).toBeDefined()
})

test('the two lists name each attribute once', () => {
  const all = [...ownAttributes, ...attributesOfLibraries]
  expect(new Set(all).size).toBe(all.length)
})

test('the library of each span is told', () => {
  expect(exported().libraries).toEqual(['a-library'])
})
