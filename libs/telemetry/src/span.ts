import { type Attributes, context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
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
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error)
  span.end()
  throw error
}

function contextOf(parent: string | undefined) {
  if (parent === undefined) return context.active()
  return isTraceparent(parent) ? trace.setSpanContext(ROOT_CONTEXT, spanContextFrom(parent)) : ROOT_CONTEXT
}

function spanContextFrom(traceparent: string) {
  const [, traceId, spanId, flags] = traceparent.split('-') as [string, string, string, string]
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
}

const own = new Set<string>(ownAttributes)
const listed = (attributes: SpanAttributes): Attributes => Object.fromEntries(Object.entries(attributes).filter(([name]) => own.has(name)))
