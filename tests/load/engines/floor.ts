import { Kafka, logLevel } from 'kafkajs'
import { MongoClient } from 'mongodb'
import { waitUntil } from '../../product/wait-until.ts'
import { atPace } from '../open-loop.ts'
import { type Latency, latencyOf } from '../statistics.ts'

export interface EngineAddresses {
  mongodbUrl: string
  brokers: string[]
}

const perSecond = 200
const keys = 50
const partitions = 6
const warmUpMs = 2_000
/** About what a commit of one event takes, sealed. */
const body = 'x'.repeat(1500)

/** The servers with none of the product between them: a majority write of a commit's size, one send, one consumer. */
export async function commitToConsumer({ mongodbUrl, brokers }: EngineAddresses, milliseconds: number): Promise<Latency> {
  const name = `samresa_floor_${crypto.randomUUID().slice(0, 8)}`
  const client = new MongoClient(mongodbUrl)
  const commits = client.db(name).collection<{ _id: string; body: string }>('commits', { writeConcern: { w: 'majority', journal: true } })
  const kafka = new Kafka({ clientId: name, brokers, logLevel: logLevel.NOTHING })
  const [admin, producer] = [kafka.admin(), kafka.producer({ idempotent: false })]
  const consumer = kafka.consumer({ groupId: name })
  const arrivals = new Map<string, number>()
  try {
    await Promise.all([admin.connect(), producer.connect(), consumer.connect()])
    await admin.createTopics({ topics: [{ topic: name, numPartitions: partitions }], waitForLeaders: true })
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve))
    await consumer.subscribe({ topic: name, fromBeginning: true })
    await consumer.run({ eachMessage: async ({ message }) => void arrivals.set(String(message.headers?.['id']), performance.now()) })
    await joined
    let made = 0
    const send = async (dueAt: number) => {
      const [id, key] = [`${made}`, `${made % keys}`]
      made += 1
      await commits.insertOne({ _id: id, body })
      await producer.send({ topic: name, acks: -1, messages: [{ key, headers: { id }, value: body }] })
      return { id, dueAt }
    }
    const sent = await atPace(send, { perSecond, signal: AbortSignal.timeout(warmUpMs + milliseconds) })
    await waitUntil('every record is consumed', () => arrivals.size === sent.length)
    const counted = sent.filter(({ dueAt }) => dueAt > sent[0]!.dueAt + warmUpMs)
    return latencyOf(counted.map(({ id, dueAt }) => arrivals.get(id)! - dueAt))
  } finally {
    await Promise.all([consumer.disconnect(), producer.disconnect()])
    await admin.deleteTopics({ topics: [name] })
    await admin.deleteGroups([name])
    await admin.disconnect()
    await client.db(name).dropDatabase()
    await client.close()
  }
}
