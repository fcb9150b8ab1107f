import type { DocumentStore } from '@samresa/store'
import type { Logger } from '@samresa/telemetry'
import { runConsumer } from '../consumer/run-consumer.ts'
import type { Consumer, EventBus } from '../event-bus.ts'
import { createLogFeed } from './log-feed.ts'
import type { SourceLog } from './source-reader.ts'

export interface EmbeddedBusOptions {
  /** The logs of the services heard, by the service's name. */
  logs: Record<string, SourceLog>
  /** The hearing service's own store: where its consumers remember how far they are. */
  documents: DocumentStore
  logger: Logger
}

/** The bus of one service, reading the other services' commits directly. */
export function createEmbeddedBus({ logs, documents, logger }: EmbeddedBusOptions): EventBus & { close(): Promise<void> } {
  const consumers = new Map<string, Consumer>()
  return {
    async subscribe(subscription) {
      if (consumers.has(subscription.name)) throw new Error(`There is a consumer named ${subscription.name} already`)
      const consumer = await runConsumer(subscription, await createLogFeed(subscription, { logs, documents }), { documents, logger })
      const close = async () => {
        await consumer.close()
        consumers.delete(subscription.name)
      }
      consumers.set(subscription.name, { ...consumer, close })
      return { ...consumer, close }
    },
    async close() {
      await Promise.all([...consumers.values()].map((consumer) => consumer.close()))
    },
  }
}
