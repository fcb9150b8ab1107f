import { type Attributes, metrics, type ObservableResult } from '@opentelemetry/api'
import { type MetricLabels, type MetricName, metricCatalog } from './metric-catalog.ts'

export interface Counter<L> {
  add(labels: L, by?: number): void
}

export interface Histogram<L> {
  /** In the unit that the metric's name ends with. */
  record(value: number, labels: L): void
}

/** What a gauge reads at the moment. */
export interface Reading<L> {
  value: number
  labels: L
}

/** Counts up. Metrics that nobody exports cost a call to a function that does nothing. */
export function counter<N extends MetricName<'counter'>>(name: N): Counter<MetricLabels<N>> {
  const instrument = meter().createCounter(name, { description: metricCatalog[name].help })
  return { add: (labels, by = 1) => instrument.add(by, listed(name, labels)) }
}

/** Counts values by their size. */
export function histogram<N extends MetricName<'histogram'>>(name: N): Histogram<MetricLabels<N>> {
  const { help: description, buckets } = metricCatalog[name]
  const instrument = meter().createHistogram(name, { description, advice: { explicitBucketBoundaries: [...buckets] } })
  return { record: (value, labels) => instrument.record(value, listed(name, labels)) }
}

/**
 * Reads at each export and never in between. What is not read, since it failed, was left out or is stopped, is told as it last was: a gauge
 * by a label reads a 0 rather than nothing. Returns the way to stop.
 */
export function gauge<N extends MetricName<'gauge'>>(
  name: N,
  read: () => readonly Reading<MetricLabels<N>>[] | Promise<readonly Reading<MetricLabels<N>>[]>,
): () => void {
  const instrument = meter().createObservableGauge(name, { description: metricCatalog[name].help })
  const observe = async (result: ObservableResult) => {
    for (const { value, labels } of await read()) result.observe(value, listed(name, labels))
  }
  instrument.addCallback(observe)
  return () => instrument.removeCallback(observe)
}

const meter = () => metrics.getMeter('samresa')

/** A copy with the labels of the catalogue only. */
const listed = (name: keyof typeof metricCatalog, labels: Record<string, string>): Attributes =>
  Object.fromEntries(metricCatalog[name].labels.map((label) => [label, (labels as Attributes)[label]]))
