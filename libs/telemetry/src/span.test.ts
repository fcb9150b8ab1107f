import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inSpan, joining, type SpanOptions } from './span.ts'
import { traceparentOf } from './traceparent.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parent = `00-${traceId}-00f067aa0ba902b7-01`

test('without an exporter the work is done and its result handed back, also when it fails', async () => {
  expect(inSpan('work', { kind: 'internal' }, () => 1)).toBe(1)
  expect(await inSpan('work', { kind: 'internal', parent }, async () => 2)).toBe(2)
  await expect(inSpan('work', { kind: 'internal' }, () => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError)
  expect(traceparentOf()).toBeUndefined()
})

describe('with an exporter', () => {
  const exporter = new InMemorySpanExporter()
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager())
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }))
  })
  beforeEach(() => exporter.reset())
  afterAll(() => {
    context.disable()
    trace.disable()
  })
  const only = () => {
    const spans = exporter.getFinishedSpans()
    expect(spans).toHaveLength(1)
    return spans[0]!
  }

  test('a span continues the stored trace context it is given, and is the one at work inside', async () => {
    const inside = await inSpan('handle', { kind: 'consumer', parent }, async () => {
      await Promise.resolve()
      return traceparentOf()
    })
    const span = only()
    expect(span.parentSpanContext).toMatchObject({ traceId, spanId: '00f067aa0ba902b7' })
    expect(inside).toBe(`00-${traceId}-${span.spanContext().spanId}-01`)
  })

  test('a span without a parent continues the span at work', () => {
    inSpan('outer', { kind: 'internal' }, () => inSpan('inner', { kind: 'internal' }, () => undefined))
    const [inner, outer] = exporter.getFinishedSpans()
    expect(inner!.parentSpanContext?.spanId).toBe(outer!.spanContext().spanId)
  })

  test.each(['nonsense', ''])('a parent that is not valid begins a new trace: "%s"', (invalid) => {
    inSpan('outer', { kind: 'internal', parent }, () => inSpan('handle', { kind: 'consumer', parent: invalid }, () => undefined))
    expect(exporter.getFinishedSpans()[0]!.parentSpanContext).toBeUndefined()
  })

  test('links are the valid trace contexts among those given', () => {
    inSpan('relay', { kind: 'producer', links: [parent, 'nonsense'] }, () => undefined)
    expect(only().links.map((link) => link.context.traceId)).toEqual([traceId])
  })

  test.each([
    ['thrown', () => inSpan('work', { kind: 'internal' }, () => throwing())],
    ['rejected', () => inSpan('work', { kind: 'internal' }, async () => throwing())],
  ])('a failure that is %s is recorded by its name and handed on; what it says is not', async (_, work) => {
    await expect((async () => work())()).rejects.toThrow('197809032399')
    const span = only()
    expect(span).toMatchObject({ ended: true, status: { code: 2 }, attributes: { 'error.type': 'RangeError' }, events: [] })
    expect(JSON.stringify([span.status, span.attributes])).not.toContain('197809032399')
  })

  test('a refusal is recorded by its code', () => {
    const refusal = Object.assign(new Error('Not here'), { rejection: { code: 'NOT_FOUND' } })
    expect(() => inSpan('work', { kind: 'internal' }, () => Promise.resolve(throwing(refusal)))).toThrow(refusal)
    expect(only().attributes).toEqual({ 'error.type': 'NOT_FOUND' })
  })

  test('an attribute that is not listed does not reach the span', () => {
    const attributes = { 'samresa.consumer': 'timeline', participantId: 'p-1' } as SpanOptions['attributes'] & object
    inSpan('handle', { kind: 'consumer', attributes }, () => undefined)
    expect(only().attributes).toEqual({ 'samresa.consumer': 'timeline' })
  })
})

const throwing = (error: Error = new RangeError('197809032399 is out of range')): never => {
  throw error
}

test('a batch continues its first sampled trace and is linked to the others that are sampled', () => {
  const traceparent = (digit: string, flags: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-${flags}`
  const [one, two, three] = [traceparent('1', '00'), traceparent('2', '01'), traceparent('3', '01')]
  expect(joining([one, two, undefined, two, three, 'nonsense'])).toEqual({ parent: two, links: [three] })
  expect(joining([one])).toEqual({ parent: one, links: [] })
  expect(joining([])).toEqual({ parent: undefined, links: [] })
})
