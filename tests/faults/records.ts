import { Kafka, type KafkaMessage, logLevel } from 'kafkajs'
import { waitUntil } from '../product/wait-until.ts'

export interface KeptRecord {
  topic: string
  partition: number
  message: Pick<KafkaMessage, 'key' | 'value' | 'headers'>
}

/** The brokers as somebody with access to them sees them, beside the product. */
export function beside(brokers: string) {
  const kafka = new Kafka({ clientId: 'beside', brokers: brokers.split(','), logLevel: logLevel.NOTHING })

  return {
    /** Every record that is in the topic now, per partition in order. */
    async readAll(topic: string): Promise<KeptRecord[]> {
      const admin = kafka.admin()
      await admin.connect()
      const ends = await admin.fetchTopicOffsets(topic)
      const groupId = `beside-${crypto.randomUUID()}`
      const consumer = kafka.consumer({ groupId })
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      const records: KeptRecord[] = []
      const reached = new Map<number, number>()
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ topic: from, partition, message }) => {
          records.push({ topic: from, partition, message })
          reached.set(partition, Number(message.offset) + 1)
        },
      })
      await waitUntil(
        `all of ${topic} is read`,
        () => ends.every(({ partition, high }) => Number(high) === 0 || (reached.get(partition) ?? 0) >= Number(high)),
        30_000,
      )
      await consumer.disconnect()
      await admin.deleteGroups([groupId])
      await admin.disconnect()
      return records
    },
    /** Sends records as they are, each to its partition. */
    async send(records: KeptRecord[]): Promise<void> {
      const producer = kafka.producer({ idempotent: false, maxInFlightRequests: 1 })
      await producer.connect()
      const byTopic = Map.groupBy(records, ({ topic }) => topic)
      for (const [topic, all] of byTopic) {
        const messages = all.map(({ partition, message: { key, value, headers } }) => ({
          partition,
          key,
          value,
          ...(headers && { headers }),
        }))
        await producer.send({ topic, messages, acks: -1 })
      }
      await producer.disconnect()
    },
  }
}
