interface Metric {
  kind: 'counter' | 'histogram' | 'gauge'
  /** The only labels it may carry. Never a person, nor anything of which there is one for each person. */
  labels: readonly string[]
  help: string
  /** Upper bounds of a histogram's buckets. */
  buckets?: readonly number[]
}

/** Every metric of our own. The names, labels and meanings are part of the product's interface: dashboards and alerts are built on them. */
export const metricCatalog = {
  samresa_events_projected_total: {
    kind: 'counter',
    labels: ['consumer', 'outcome'],
    help: 'Events that a consumer has dealt with; the outcome is done, retry or parked.',
  },
  samresa_event_to_timeline_seconds: {
    kind: 'histogram',
    labels: ['source'],
    help: 'From the commit of an event to its row on the shared timeline, of events younger than a day.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  },
  samresa_consumer_lag: {
    kind: 'gauge',
    labels: ['consumer'],
    help: 'Events told and not yet dealt with by a consumer, in the partitions of this process: take the sum.',
  },
  samresa_dead_letters_total: {
    kind: 'counter',
    labels: ['consumer'],
    help: 'Streams set aside because one of their events could not be handled: a person has to decide.',
  },
  samresa_stream_gaps: {
    kind: 'gauge',
    labels: ['consumer'],
    help: 'Streams that have waited for more than a minute for an event that has not come, in the partitions of this process: take the sum. The log names each once.',
  },
  samresa_outbox_pending: {
    kind: 'gauge',
    labels: [],
    help: 'Commits of this service not yet published to Kafka. Every process of the service tells the same: take the maximum.',
  },
  samresa_outbox_oldest_seconds: {
    kind: 'gauge',
    labels: [],
    help: 'Age of the oldest commit not yet published to Kafka; 0 when none waits. Take the maximum.',
  },
  samresa_reports_total: {
    kind: 'counter',
    labels: ['agency', 'result'],
    help: 'Reports and answers of agencies, repeated ones too, by the result on their receipt: accepted, unchanged or rejected.',
  },
  samresa_plan_changes_sent_total: {
    kind: 'counter',
    labels: ['agency'],
    help: "Plan changes sent on agencies' subscriptions.",
  },
  samresa_plan_subscribers: {
    kind: 'gauge',
    labels: ['agency'],
    help: "Agencies' subscriptions that are open in this process: take the sum.",
  },
  samresa_conflicts_total: {
    kind: 'counter',
    labels: ['change'],
    help: 'What happened to conflicts in plans: detected, agreed, verified, accepted_as_is, withdrawn. The last three close one.',
  },
} as const satisfies Record<string, Metric>

type Catalog = typeof metricCatalog
export type MetricName<K extends Metric['kind']> = { [N in keyof Catalog]: Catalog[N]['kind'] extends K ? N : never }[keyof Catalog]
export type MetricLabels<N extends keyof Catalog> = Record<Catalog[N]['labels'][number], string>
