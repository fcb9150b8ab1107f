import { metrics } from '@opentelemetry/api'
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { metricCatalog } from './metric-catalog.ts'
import { counter, gauge, histogram } from './metrics.ts'

test('without an exporter nothing is counted, and a gauge is never read', () => {
  counter('samresa_dead_letters_total').add({ consumer: 'timeline' })
  histogram('samresa_event_to_timeline_seconds').record(1, { source: 'planning' })
  const stop = gauge('samresa_outbox_pending', () => {
    throw new Error('Read')
  })
  stop()
})

test('no metric has a label of which there may be one for each person', () => {
  const labels = new Set(Object.values(metricCatalog).flatMap((metric): readonly string[] => metric.labels))
  expect([...labels].sort()).toEqual(['agency', 'change', 'consumer', 'outcome', 'result', 'source'])
})

test('names say the kind and the unit as Prometheus does', () => {
  for (const [name, { kind }] of Object.entries(metricCatalog)) {
    expect(name).toMatch(/^samresa_[a-z_]+$/)
    expect(name.endsWith('_total')).toBe(kind === 'counter')
    if (kind === 'histogram') expect(name).toMatch(/_seconds$/)
  }
})

describe('with an exporter', () => {
  let exporter: InMemoryMetricExporter
  let provider: MeterProvider
  beforeEach(() => {
    exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })] })
    metrics.setGlobalMeterProvider(provider)
  })
  afterEach(async () => {
    metrics.disable()
    await provider.shutdown()
  })
  const points = async () => {
    exporter.reset()
    await provider.forceFlush()
    const exported =
      exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
    return exported.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.map(({ attributes, value }) => [attributes, value])])
  }

  test('a counter adds up by its labels', async () => {
    const reports = counter('samresa_reports_total')
    reports.add({ agency: 'AF', result: 'accepted' })
    reports.add({ agency: 'AF', result: 'accepted' }, 2)
    reports.add({ agency: 'FK', result: 'rejected' })
    const byLabels = [
      [{ agency: 'AF', result: 'accepted' }, 3],
      [{ agency: 'FK', result: 'rejected' }, 1],
    ]
    expect(await points()).toEqual([['samresa_reports_total', byLabels]])
  })

  test('a histogram counts values in the buckets of the catalogue', async () => {
    histogram('samresa_event_to_timeline_seconds').record(3, { source: 'planning' })
    const { boundaries, counts } = ((await points()) as never)[0][1][0][1]['buckets'] as { boundaries: number[]; counts: number[] }
    expect(boundaries).toEqual(metricCatalog.samresa_event_to_timeline_seconds.buckets)
    expect(boundaries[counts.indexOf(1)]).toBe(5)
  })

  test('a gauge is read at each export until it is stopped, and one that fails is left out', async () => {
    let pending = 4
    const stop = gauge('samresa_outbox_pending', () => [{ value: pending, labels: {} }])
    gauge('samresa_outbox_oldest_seconds', () => Promise.reject(new Error('The store is away')))
    expect(await points()).toEqual([['samresa_outbox_pending', [[{}, 4]]]])
    pending = 5
    expect(await points()).toEqual([['samresa_outbox_pending', [[{}, 5]]]])
    stop()
    pending = 6
    expect(await points()).toEqual([['samresa_outbox_pending', [[{}, 5]]]])
  })

  test('a label that is not in the catalogue is dropped', async () => {
    counter('samresa_dead_letters_total').add({ consumer: 'timeline', participantId: 'p-1' } as { consumer: string })
    expect(await points()).toEqual([['samresa_dead_letters_total', [[{ consumer: 'timeline' }, 1]]]])
  })
})
