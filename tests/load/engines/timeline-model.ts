import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { MongoClient } from 'mongodb'
import type { Product } from '../../product/instance.ts'

const model = 'timeline-v1'
const consumer = `consumer/${model}`

/** The timeline's read model as it lies in MongoDB: what no interface shows. */
export interface TimelineModel {
  /** Rows of all participants: each is one event. */
  rows(): Promise<number>
  /** Removes the rows and all that the consumer remembers, in MongoDB and in Kafka. Its group must have no member by then. */
  drop(): Promise<void>
  close(): Promise<void>
}

/** Where an instance on production engines keeps its data, as it says itself. */
interface Places {
  mongodb: { url: string; prefix: string }
  kafka: { brokers: string[]; prefix: string }
}

export function openTimelineModel({ data }: Product): TimelineModel {
  const { mongodb, kafka } = JSON.parse(readFileSync(join(data, 'instance.json'), 'utf8')) as Places
  const client = new MongoClient(mongodb.url)
  const journey = client.db(`${mongodb.prefix}journey`)
  // A range of the key, so that counting reads no other documents.
  const of = (collection: string) => ({ _id: { $gte: { c: collection, i: '' }, $lt: { c: `${collection} `, i: '' } } as never })
  return {
    rows: () => journey.collection('documents').countDocuments(of(model)),
    drop: async () => {
      await journey.collection('documents').deleteMany(of(model))
      await journey.collection('documents').deleteMany(of(consumer))
      await journey.collection('counters').deleteMany(of(consumer))
      const admin = new Kafka({ clientId: 'bench', brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin()
      await admin.connect()
      try {
        await admin.deleteGroups([`${kafka.prefix}samresa.journey.${model}`])
      } finally {
        await admin.disconnect()
      }
    },
    close: () => client.close(),
  }
}
