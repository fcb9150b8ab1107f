import type { DocumentStore } from '@samresa/store'
import { gauge, type Logger } from '@samresa/telemetry'
import { type RunningConsumer, runConsumer } from '../consumer/run-consumer.ts'
import type { EventBus } from '../event-bus.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import { openPartitionFeed, type PartitionFeed } from './partition-feed.ts'
import { createWatchdog } from './watchdog.ts'

export interface KafkaBusOptions {
  cluster: KafkaCluster
  /** The hearing service: its groups carry its name. */
  service: string
  /** The hearing service's own store: where what is parked lies. */
  documents: DocumentStore
  logger: Logger
}

/** Whether a part works on; when not, only a new process helps. */
export interface PartHealth {
  live: boolean
  reason?: string
}

export interface KafkaBus extends EventBus {
  close(): Promise<void>
  health(): PartHealth
  /** Events told in the partitions of this process and not yet dealt with, over all consumers. Rejects when no broker answers. */
  lag(): Promise<number>
}

/** The bus of one service on Kafka: each consumer is a group, and each process of the service a member of it. */
export function createKafkaBus({ cluster, service, documents, logger }: KafkaBusOptions): KafkaBus {
  const running = new Map<string, { consumer: RunningConsumer; feed: PartitionFeed }>()
  const lagOf = ({ consumer, feed }: { consumer: RunningConsumer; feed: PartitionFeed }) => feed.lag(consumer.handled())
  const watchdog = createWatchdog({ consumers: () => running, lagOf, logger })
  const stopsTelling = [
    gauge('samresa_consumer_lag', () =>
      Promise.all([...running].map(async ([consumer, each]) => ({ value: await lagOf(each), labels: { consumer } }))),
    ),
    gauge('samresa_stream_gaps', () =>
      [...running].map(([name, { consumer }]) => ({ value: consumer.gaps(), labels: { consumer: name } })),
    ),
  ]

  return {
    async subscribe(subscription) {
      const { name } = subscription
      if (running.has(name)) throw new Error(`There is a consumer named ${name} already`)
      const feed = await openPartitionFeed(subscription, { cluster, service, logger })
      const consumer = await runConsumer(subscription, feed, { documents, logger })
      const close = async () => {
        running.delete(name)
        await consumer.close()
      }
      running.set(name, { consumer: { ...consumer, close }, feed })
      return { caughtUp: consumer.caughtUp, close }
    },
    health() {
      const reason = cluster.fault() ?? watchdog.reason()
      return reason === undefined ? { live: true } : { live: false, reason }
    },
    async lag() {
      const lags = await Promise.all([...running.values()].map(lagOf))
      return lags.reduce((sum, lag) => sum + lag, 0)
    },
    async close() {
      watchdog.stop()
      for (const stop of stopsTelling) stop()
      await Promise.all([...running.values()].map(({ consumer }) => consumer.close()))
    },
  }
}
