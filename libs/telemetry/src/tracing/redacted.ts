import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import { attributesOfLibraries, ownAttributes } from '../span-attributes.ts'

const allowed = new Set<string>([...ownAttributes, ...attributesOfLibraries])

/**
 * The span as it may leave the process: made anew of what may be told. The texts of failures are left out, as status and as event, since
 * libraries quote there what was being read or written, keys included; a caller's trace state is a text of somebody else's.
 */
export const redacted = (span: ReadableSpan): ReadableSpan => ({
  name: span.name,
  kind: span.kind,
  spanContext: () => told(span.spanContext()),
  ...(span.parentSpanContext === undefined ? {} : { parentSpanContext: told(span.parentSpanContext) }),
  startTime: span.startTime,
  endTime: span.endTime,
  duration: span.duration,
  ended: span.ended,
  status: { code: span.status.code },
  attributes: Object.fromEntries(Object.entries(span.attributes).filter(([name]) => allowed.has(name))),
  links: span.links.map(({ context }) => ({ context: told(context) })),
  events: [],
  resource: span.resource,
  instrumentationScope: span.instrumentationScope,
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: span.droppedLinksCount,
})

type SpanContext = ReturnType<ReadableSpan['spanContext']>
const told = ({ traceId, spanId, traceFlags, isRemote }: SpanContext): SpanContext => ({
  traceId,
  spanId,
  traceFlags,
  ...(isRemote === undefined ? {} : { isRemote }),
})

/** Hands spans on as they may leave the process. `ended` hears the name of the library that made each of them. */
export const redacting = (next: SpanProcessor, ended: (library: string) => void): SpanProcessor => ({
  onStart: (span, parent) => next.onStart(span, parent),
  onEnd: (span) => {
    ended(span.instrumentationScope.name)
    next.onEnd(redacted(span))
  },
  forceFlush: () => next.forceFlush(),
  shutdown: () => next.shutdown(),
})
