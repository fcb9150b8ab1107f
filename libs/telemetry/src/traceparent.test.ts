import { AsyncLocalStorage } from 'node:async_hooks'
import { context, TraceFlags, trace } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { createLogger } from './logger.ts'
import { isTraceparent, newTraceparent, traceparentFrom, traceparentOf } from './traceparent.ts'

const incoming = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

test.each([
  [incoming, true],
  [incoming.toUpperCase(), false],
  ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', false],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', false],
  ['ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', false],
  [`${incoming}-more`, false],
  [undefined, false],
])('%s is a trace context: %s', (value, valid) => {
  expect(isTraceparent(value)).toBe(valid)
})

test('made trace contexts are valid and differ, also when the pool is filled anew', () => {
  const made = Array.from({ length: 1_000 }, newTraceparent)
  expect(made.every(isTraceparent)).toBe(true)
  expect(new Set(made).size).toBe(1_000)
})

test('a call continues its caller when the header is valid, and begins a trace when it is not', () => {
  expect(traceparentFrom(incoming)).toBe(incoming)
  expect(traceparentFrom('nonsense')).not.toBe('nonsense')
  expect(isTraceparent(traceparentFrom(undefined))).toBe(true)
})

test('an active span goes before the header, and its ids stand on log lines', () => {
  const storage = new AsyncLocalStorage<ReturnType<typeof context.active>>()
  const manager = {
    active: () => storage.getStore() ?? (undefined as never),
    with: (active: never, work: (...args: unknown[]) => unknown, self: unknown, ...args: unknown[]) =>
      storage.run(active, () => work.apply(self, args)),
    bind: <T>(_: unknown, target: T) => target,
    enable: () => manager,
    disable: () => manager,
  }
  const lines: string[] = []
  const logger = createLogger({ service: 'planning', destination: { write: (line) => void lines.push(line) } })
  const root = context.active()
  context.setGlobalContextManager(manager as never)
  const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED }
  try {
    context.with(trace.setSpanContext(root, spanContext), () => {
      expect(traceparentOf()).toBe(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`)
      expect(traceparentFrom(incoming)).toBe(traceparentOf())
      logger.info('Seen')
    })
  } finally {
    context.disable()
  }
  expect(JSON.parse(lines[0]!)).toMatchObject({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) })
  expect(traceparentOf()).toBeUndefined()
})
