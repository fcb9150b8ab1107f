import { CompressionTypes, Partitioners } from 'kafkajs'
import type { KafkaCluster } from './kafka-cluster.ts'

export interface Publisher {
  /** Sends one record; resolves when enough replicas have it. What rejects may be there all the same. */
  publish(topic: string, record: { key: string; headers: Record<string, string>; value: string }): Promise<void>
  close(): Promise<void>
}

const compressFrom = 4096

/** Sends single records, to the agencies' own topics. Whoever publishes repeats what was rejected. */
export function createPublisher(cluster: KafkaCluster): Publisher {
  const producer = cluster.sending.producer({
    idempotent: false,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  let connecting: Promise<void> | undefined
  const connected = () => {
    connecting ??= producer.connect().catch((error: unknown) => {
      connecting = undefined
      throw error
    })
    return connecting
  }
  return {
    async publish(topic, record) {
      await connected()
      const compression = record.value.length > compressFrom ? CompressionTypes.GZIP : CompressionTypes.None
      await producer.send({ topic: cluster.topicPrefix + topic, messages: [record], acks: -1, timeout: 30_000, compression })
    },
    async close() {
      if (connecting !== undefined) await producer.disconnect()
    },
  }
}
