import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const canary = '197809032399'
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

/** Runs a program with what an operator sets, and collects what it says. */
async function run(env: Record<string, string>, program = [`${import.meta.dirname}/test-process.ts`, canary]) {
  const child = spawn(process.execPath, program, { env: { PATH: process.env['PATH']!, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [said, logged] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await exited, said: said.trim(), logged }
}

interface Span {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  status: object
  attributes: { key: string; value: object }[]
}
interface Exported {
  resource: { attributes: { key: string; value: object }[] }
  scopeSpans: { spans: Span[] }[]
  scopeMetrics: { metrics: { name: string }[] }[]
}

/** Keeps what it is sent: JSON by path. */
function createCollector() {
  const received: { path: string; body: { resourceSpans: Exported[]; resourceMetrics: Exported[] } }[] = []
  const server = createServer(async (request, response) => {
    received.push({ path: request.url!, body: JSON.parse(await text(request)) })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  const sentTo = (path: string) => received.filter((each) => each.path === path).map(({ body }) => body)
  const traces = () => sentTo('/v1/traces').flatMap(({ resourceSpans }) => resourceSpans)
  return {
    received,
    listen: () => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
    resource: () => traces()[0]!.resource.attributes,
    spans: () => traces().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    metrics: () =>
      sentTo('/v1/metrics').flatMap(({ resourceMetrics }) =>
        resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)),
      ),
  }
}

const namesOf = (spans: Span[]): string[] => spans.map(({ name }) => name).sort()

describe('a process that was asked for telemetry', () => {
  const collector = createCollector()
  let ended: Awaited<ReturnType<typeof run>>
  beforeAll(async () => {
    await collector.listen()
    ended = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url(), INSTANCE: 'telemetry-1' })
  })
  afterAll(() => collector.close())

  test('starts, answers inside the trace of its caller and ends', () => {
    expect(ended).toMatchObject({ code: 0, logged: '' })
    expect(ended.said).toContain(traceId)
  })

  test('tells one trace of the call: fetch, server, work, and the call it makes itself; a probe is not served in a trace', () => {
    const spans = collector.spans()
    expect(namesOf(spans.filter((span) => span.traceId === traceId))).toEqual(['GET', 'GET', 'GET', 'GET', 'call', 'work'])
    expect(namesOf(spans.filter((span) => span.traceId !== traceId))).toEqual(['GET'])
    expect(spans.find(({ name }) => name === 'work')).toMatchObject({
      status: { code: 2 },
      attributes: [{ key: 'error.type', value: { stringValue: 'RangeError' } }],
    })
  })

  test('says who it is', () => {
    const attributes = Object.fromEntries(collector.resource().map(({ key, value }) => [key, Object.values(value)[0]]))
    expect(attributes).toEqual({
      'service.namespace': 'samresa',
      'service.name': 'telemetry',
      'service.version': expect.stringMatching(/^\d+\.\d+\.\d+$/),
      'service.instance.id': 'telemetry-1',
    })
  })

  test('tells its own metrics, and of the libraries the time of HTTP calls', () => {
    const names = new Set(collector.metrics().map(({ name }) => name))
    expect([...names].sort()).toEqual(['http.client.request.duration', 'http.server.request.duration', 'samresa_dead_letters_total'])
  })

  test('tells nothing that it was handed', () => {
    expect(JSON.stringify(collector.received)).not.toContain(canary)
  })
})

test('without the variable nothing is loaded, patched or sent', async () => {
  const loaded = `const { createRequire } = await import('node:module'); await import('${import.meta.dirname}/start.ts');
    console.log(Object.keys(createRequire('/').cache).filter((file) => /instrumentation|sdk/.test(file)).length)`
  expect(await run({}, ['--input-type=module', '-e', loaded])).toMatchObject({ code: 0, said: '0' })
  expect(await run({})).toMatchObject({ code: 0, said: 'untraced', logged: '' })
})

test('a process that was asked and forgot to start says so', async () => {
  const forgetful = `const { requireTelemetry } = await import('${import.meta.dirname}/../index.ts'); await requireTelemetry()`
  const { code, logged } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, ['--input-type=module', '-e', forgetful])
  expect(code).toBe(1)
  expect(logged).toContain('TelemetryFault: Telemetry is wanted and was not started')
})

test('a process whose database is not patched says so', async () => {
  const unpatched = `await import('${import.meta.dirname}/start.ts'); const { requireTelemetry } = await import('${import.meta.dirname}/../index.ts');
    await requireTelemetry(async () => undefined)`
  const { code, logged } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, ['--input-type=module', '-e', unpatched])
  expect(code).toBe(1)
  expect(logged).toContain('these libraries do not take part: mongodb')
})

test('a collector that is away is told in the log once, and nothing else changes', async () => {
  const { code, logged } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })
  expect(code).toBe(0)
  expect(logged.match(/Telemetry could not be exported/g)).toHaveLength(1)
  expect(logged).not.toContain(canary)
})

test.each([
  ['OTEL_TRACES_SAMPLER_ARG', '2', '0 to 1'],
  ['OTEL_TRACES_SAMPLER_ARG', 'ten', '0 to 1'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '0', '100 to 3600000'],
])('a setting that cannot be is refused: %s=%s', async (name, value, range) => {
  const { code, logged } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', [name]: value })
  expect(code).toBe(1)
  expect(logged).toContain(`${name}: give a number from ${range}`)
})
