import { setTimeout as pause } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { MongoClient } from 'mongodb'
import { rounded } from '../statistics.ts'
import type { EngineAddresses } from './floor.ts'

/** A plain client's steady writing: how long the servers themselves stand still. */
export interface Probe {
  /** Ends the writing; the longest time between two that were acknowledged, in milliseconds. */
  stop(): Promise<number>
}

const everyMs = 50

/** Majority writes, without anything of the product. */
export async function probeWrites({ mongodbUrl }: EngineAddresses): Promise<Probe> {
  const name = `samresa_probe_${crypto.randomUUID().slice(0, 8)}`
  const client = new MongoClient(mongodbUrl, { serverSelectionTimeoutMS: 2_000, connectTimeoutMS: 2_000, socketTimeoutMS: 5_000 })
  const collection = client.db(name).collection('writes', { writeConcern: { w: 'majority', journal: true } })
  const writing = await steadily(() => collection.insertOne({}))
  return {
    stop: async () => {
      const longest = await writing.stop()
      await client.db(name).dropDatabase()
      await client.close()
      return longest
    },
  }
}

/** Sends to a topic of one partition, without anything of the product; `leader` of this topic is whom to kill. */
export async function probeSends({ brokers }: EngineAddresses): Promise<Probe & { topic: string }> {
  const topic = `samresa_probe_${crypto.randomUUID().slice(0, 8)}`
  const retry = { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 }
  const kafka = new Kafka({ clientId: topic, brokers, retry, requestTimeout: 10_000, connectionTimeout: 3_000, logLevel: logLevel.NOTHING })
  const [admin, producer] = [kafka.admin(), kafka.producer({ idempotent: false })]
  await Promise.all([admin.connect(), producer.connect()])
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
  const sending = await steadily(() => producer.send({ topic, acks: -1, messages: [{ value: '' }] }))
  return {
    topic,
    stop: async () => {
      const longest = await sending.stop()
      await admin.deleteTopics({ topics: [topic] })
      await Promise.all([admin.disconnect(), producer.disconnect()])
      return longest
    },
  }
}

/** Does the work again and again, one at a time, whether or not it succeeds. Resolves when it has succeeded once. */
async function steadily(work: () => Promise<unknown>): Promise<Probe> {
  await work()
  let [last, longest, stopping] = [performance.now(), 0, false]
  const loop = async () => {
    while (!stopping) {
      await pause(everyMs)
      await work().then(
        () => {
          longest = Math.max(longest, performance.now() - last)
          last = performance.now()
        },
        () => undefined,
      )
    }
  }
  const running = loop()
  return {
    stop: async () => {
      stopping = true
      await running
      return rounded(longest)
    },
  }
}
