import { type Attributes, context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { ownAttributes, type SpanAttributes } from './span-attributes.ts'
import { isTraceparent } from './traceparent.ts'

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}

export interface SpanOptions {
  kind: keyof typeof kinds
  /** W3C trace context that the span continues; the span at work when left out. One that is not valid begins a new trace. */
  parent?: string | undefined
  /** W3C trace contexts that the span has to do with, but does not continue. */
  links?: readonly string[]
  attributes?: SpanAttributes
}

/**
 * What the span of a whole batch continues: the first of its trace contexts that is sampled, with links to the others, so that an event
 * that comes alone is one trace from end to end.
 */
export function joining(traceparents: Iterable<string | undefined>): { parent: string | undefined; links: string[] } {
  const all = [...new Set(traceparents)].filter(isTraceparent)
  const sampled = all.filter(isSampled)
  return { parent: sampled[0] ?? all[0], links: sampled.slice(1, 1 + mostLinks) }
}

const mostLinks = 64
const isSampled = (traceparent: string): boolean => (flagsOf(traceparent) & TraceFlags.SAMPLED) !== 0
const flagsOf = (traceparent: string): number => Number.parseInt(traceparent.slice(-2), 16)

/**
 * Does the work inside a span. With no exporter at work it only does the work. A failure is recorded by its name: messages quote what was
 * being read. `name` is a constant text with at most the name of a topic, a consumer or an event type in it.
 */
export function inSpan<T>(name: string, { kind, parent, links = [], attributes = {} }: SpanOptions, work: () => T): T {
  const options = {
    kind: kinds[kind],
    attributes: listed(attributes),
    links: links.filter(isTraceparent).map((traceparent) => ({ context: spanContextFrom(traceparent) })),
  }
  return trace.getTracer('samresa').startActiveSpan(name, options, contextOf(parent), (span) => {
    try {
      const result = work()
      if (!(result instanceof Promise)) {
        span.end()
        return result
      }
      return result.then(
        (value) => {
          span.end()
          return value
        },
        (error: unknown) => fail(span, error),
      ) as T
    } catch (error) {
      return fail(span, error)
    }
  })
}

function fail(span: Span, error: unknown): never {
  span.setStatus({ code: SpanStatusCode.ERROR })
  span.setAttribute('error.type', nameOf(error))
  span.end()
  throw error
}

/** A refusal's code, else the name of the error's class. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { rejection } = error as { rejection?: { code?: unknown } }
  return typeof rejection?.code === 'string' ? rejection.code : error.name
}

function contextOf(parent: string | undefined) {
  if (parent === undefined) return context.active()
  return isTraceparent(parent) ? trace.setSpanContext(ROOT_CONTEXT, spanContextFrom(parent)) : ROOT_CONTEXT
}

function spanContextFrom(traceparent: string) {
  const [, traceId, spanId] = traceparent.split('-') as [string, string, string]
  return { traceId, spanId, traceFlags: flagsOf(traceparent), isRemote: true }
}

const own = new Set<string>(ownAttributes)
const listed = (attributes: SpanAttributes): Attributes => Object.fromEntries(Object.entries(attributes).filter(([name]) => own.has(name)))
