import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { repository } from '../product/commands.ts'
import { type ProductionInstance, startInstance } from '../product/instance.ts'
import { createTempFolder } from '../product/temp-folder.ts'
import { waitUntil } from '../product/wait-until.ts'
import { matchingReport, messagesOf, nextMessage, yonasId, yonasNumber } from '../product/yonas.ts'
import { type CollectedSpan, startCollector } from './collector.ts'

const wanted = ['KAFKA_BROKERS', 'MONGODB_URL', 'KEYCLOAK_URL'].filter((name) => process.env[name] === undefined)
beforeEach((context) => context.skip(wanted.length > 0, `needs ${wanted.join(', ')}: run npm run test:engines`))

/** The trace of AF's own system, which asks for it to be recorded. */
const [traceId, callerSpanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7']
const content = { title: 'Kanariekurs', purpose: 'Kanariesyfte', leadsTo: 'Kanariemål' }
const report = { ...matchingReport, messageId: 'kanarie-1', measure: { ...matchingReport.measure, ...content, ref: 'KANARIE' } }

const collector = await startCollector()
const folder = createTempFolder('trace')
let instance: ProductionInstance | undefined
let participantId: string
/** Of the record that agency-sync's commit became on Kafka. */
let publishedTraceparent: string | undefined

beforeAll(async () => {
  if (wanted.length > 0) return
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '0', OTEL_METRIC_EXPORT_INTERVAL: '500' }
  instance = await startInstance({ data: folder.path, portBase: 34_000, engines: 'production', env })
  participantId = yonasId(instance)
  const af = instance.gateway('af-system')
  const subscription = messagesOf(await af.subscribe(''))
  const receipt = await af.reportMeasure(report, { traceparent: `00-${traceId}-${callerSpanId}-01` })
  await nextMessage(subscription, ({ payload }) => payload.includes(content.title))
  await waitUntil('the report is on the timeline', async () => {
    const rows = await instance!.rest('anna').all<{ correlationId: string }>('journey', `/v1/participants/${participantId}/timeline`)
    return rows.some(({ correlationId }) => correlationId === receipt.correlationId)
  })
  publishedTraceparent = await traceparentOnKafka(instance, 'samresa.agency.v1', receipt.correlationId)
  await waitUntil('the outbox is told', () => collector.points().some(({ name }) => name === 'samresa_outbox_oldest_seconds'))
  // What a process has not told yet it tells before it ends.
  expect(await instance.stop()).toBe(0)
})
afterAll(async () => {
  await instance?.[Symbol.asyncDispose]()
  await collector[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

/** The trace context of the first record under this correlation. */
async function traceparentOnKafka({ ready }: ProductionInstance, topic: string, correlationId: string): Promise<string | undefined> {
  const { brokers, prefix } = ready.kafka!
  const consumer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).consumer({ groupId: `${prefix}trace-test` })
  try {
    await consumer.connect()
    await consumer.subscribe({ topic: `${prefix}${topic}`, fromBeginning: true })
    return await new Promise((resolve, reject) => {
      const eachMessage = async ({ message: { headers = {} } }: { message: { headers?: Record<string, unknown> } }) => {
        if (String(headers['ce_correlationid']) === correlationId) resolve(headers['traceparent']?.toString())
      }
      consumer.run({ eachMessage }).catch(reject)
    })
  } finally {
    await consumer.disconnect()
  }
}

const trace = () => collector.spans().filter((span) => span.traceId === traceId)
const said = (spans: CollectedSpan[]) => [...new Set(spans.map(({ service, name }) => `${service}: ${name}`))]

test('one trace holds everything from the agency’s call to the timeline and the subscriber', () => {
  expect(said(trace())).toEqual(
    expect.arrayContaining([
      'agency-sync: samresa.agency.v1.AgencyGatewayService/ReportMeasure',
      'agency-sync: insert commits',
      'agency-sync: send samresa.agency.v1',
      'planning: process agency-reports',
      'planning: insert commits',
      'planning: send samresa.planning.v1',
      'journey: process timeline-v1',
      'agency-sync: process plan-changes-v1',
      'agency-sync: send plan change',
    ]),
  )
})

test('every span of it hangs on another one of it, and the first on the caller’s', () => {
  const ids = new Set([callerSpanId, ...trace().map(({ spanId }) => spanId)])
  expect(trace().filter(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId))).toEqual([])
  expect(said(trace().filter(({ parentSpanId }) => parentSpanId === callerSpanId))).toEqual([
    'agency-sync: samresa.agency.v1.AgencyGatewayService/ReportMeasure',
  ])
})

test('Kafka carries the trace context as it was stored with the commit', () => {
  const [call] = trace().filter(({ name }) => name.endsWith('/ReportMeasure'))
  expect(publishedTraceparent).toBe(`00-${traceId}-${call!.spanId}-01`)
})

test('nothing that says who it is about or what leaves the processes', () => {
  const everything = collector.text()
  const canaries = [yonasNumber, participantId, report.messageId, report.measure.ref, ...Object.values(content), 'Yonas', 'Bearer']
  expect(canaries.filter((canary) => everything.includes(canary))).toEqual([])
})

test('the metrics told are those of the page, with its labels', () => {
  const page = readFileSync(join(repository, 'docs/metrics.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` \| \w+ \| (.*?) \|/gm)].map(
    ([, name, labels]) => [name, labels!.match(/\w+(?=`)/g) ?? []] as const,
  )
  const listed = new Map<string | undefined, string[]>(rows)
  const own = collector.points().filter(({ name }) => name.startsWith('samresa_'))
  expect(own.filter(({ name, labels }) => !Object.keys(labels).every((label) => listed.get(name)?.includes(label)))).toEqual([])
  expect([...new Set(own.map(({ name }) => name))]).toEqual(
    expect.arrayContaining([
      'samresa_consumer_lag',
      'samresa_event_to_timeline_seconds',
      'samresa_events_projected_total',
      'samresa_outbox_oldest_seconds',
      'samresa_outbox_pending',
      'samresa_plan_changes_sent_total',
      'samresa_plan_subscribers',
      'samresa_reports_total',
    ]),
  )
  const reports = own.findLast(({ name, labels }) => name === 'samresa_reports_total' && labels['result'] === 'accepted')
  expect(reports).toMatchObject({ service: 'agency-sync', labels: { agency: 'AF', result: 'accepted' }, value: 1 })
})
