import { connectKafka, type KafkaCluster } from '@samresa/bus'
import { createLogger } from '@samresa/telemetry'

/** Does something with the brokers, as the installation whose names begin with that prefix. */
export async function withBrokers<T>(brokers: string, topicPrefix: string, work: (cluster: KafkaCluster) => Promise<T>): Promise<T> {
  const logger = createLogger({ service: 'stack', level: 'error' })
  const cluster = await connectKafka({ brokers: brokers.split(','), clientId: 'samresa-stack', topicPrefix, logger })
  try {
    await cluster.whenReady()
    return await work(cluster)
  } finally {
    await cluster.close()
  }
}
