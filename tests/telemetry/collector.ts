import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

interface Attribute {
  key: string
  value: Record<string, unknown>
}

/** What OTLP over HTTP carries in JSON, as far as the tests look at it. */
interface Exported {
  resource: { attributes: Attribute[] }
  scopeSpans: { spans: { name: string; traceId: string; spanId: string; parentSpanId?: string; kind: number; attributes: Attribute[] }[] }[]
  scopeMetrics: { metrics: ({ name: string } & Partial<Record<'sum' | 'gauge' | 'histogram', { dataPoints: DataPoint[] }>>)[] }[]
}
interface DataPoint {
  attributes: Attribute[]
  asDouble?: number
  asInt?: number
  count?: number
}

export interface CollectedSpan {
  service: string
  name: string
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  attributes: Record<string, unknown>
}

export interface CollectedPoint {
  service: string
  name: string
  labels: Record<string, unknown>
  /** How many values, of a histogram. */
  value: number
}

/** An OpenTelemetry collector on loopback that keeps everything it is sent. */
export interface Collector extends AsyncDisposable {
  url: string
  spans(): CollectedSpan[]
  points(): CollectedPoint[]
  /** Everything that came, as it came. */
  text(): string
}

export async function startCollector(): Promise<Collector> {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    bodies.push(await text(request))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const parsed = () => bodies.map((body) => JSON.parse(body) as { resourceSpans?: Exported[]; resourceMetrics?: Exported[] })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => parsed().flatMap(({ resourceSpans = [] }) => resourceSpans.flatMap(spansOf)),
    points: () => parsed().flatMap(({ resourceMetrics = [] }) => resourceMetrics.flatMap(pointsOf)),
    text: () => bodies.join('\n'),
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

const valuesOf = (attributes: Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

const serviceOf = ({ resource }: Exported): string => String(valuesOf(resource.attributes)['service.name'])

const spansOf = (exported: Exported): CollectedSpan[] =>
  exported.scopeSpans
    .flatMap(({ spans }) => spans)
    .map(({ name, traceId, spanId, parentSpanId, attributes }) => ({
      service: serviceOf(exported),
      name,
      traceId,
      spanId,
      parentSpanId,
      attributes: valuesOf(attributes),
    }))

const pointsOf = (exported: Exported): CollectedPoint[] =>
  exported.scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ name, sum, gauge, histogram }) =>
      (sum ?? gauge ?? histogram)!.dataPoints.map(({ attributes, asDouble, asInt, count }) => ({
        service: serviceOf(exported),
        name,
        labels: valuesOf(attributes),
        value: asDouble ?? asInt ?? count ?? Number.NaN,
      })),
    )
