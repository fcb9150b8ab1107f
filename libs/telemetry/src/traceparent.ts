import { randomFillSync } from 'node:crypto'
import { isSpanContextValid, trace } from '@opentelemetry/api'

const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** True for a W3C trace context header of version 00 form with an id that is not all zeros. */
export const isTraceparent = (value: unknown): value is string => typeof value === 'string' && form.test(value)

/** The trace context of the span at work, when one is. */
export function traceparentOf(): string | undefined {
  const context = trace.getActiveSpan()?.spanContext()
  if (context === undefined || !isSpanContextValid(context)) return undefined
  return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, '0')}`
}

const idBytes = 24
// Filled for many ids at once: a call to the random source for each costs more than everything else here.
const pool = Buffer.alloc(idBytes * 128)
let used = pool.length

/** A new trace, not sampled: nothing records it unless somebody downstream decides to. */
export function newTraceparent(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const hex = pool.toString('hex', used, used + idBytes)
  used += idBytes
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-00`
}

/** What a call continues: the span at work, else the caller's header when it is valid, else a new trace. */
export const traceparentFrom = (header: unknown): string => traceparentOf() ?? (isTraceparent(header) ? header : newTraceparent())
