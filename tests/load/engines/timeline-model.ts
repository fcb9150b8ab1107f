import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import type { Product } from '../../product/instance.ts'

const model = 'timeline-v1'
const consumer = `consumer/${model}`

/** The timeline's read model as it lies in MongoDB: what no interface shows. */
export interface TimelineModel {
  /** Rows of all participants: each is one event. */
  rows(): Promise<number>
  /** Removes the rows, and what the consumer remembers. */
  drop(): Promise<void>
  close(): Promise<void>
}

/** Where an instance on production engines keeps its data, as it says itself. */
function databasesOf({ data }: Product): { url: string; prefix: string } {
  return (JSON.parse(readFileSync(join(data, 'instance.json'), 'utf8')) as { mongodb: { url: string; prefix: string } }).mongodb
}

export function openTimelineModel(product: Product): TimelineModel {
  const { url, prefix } = databasesOf(product)
  const client = new MongoClient(url)
  const journey = client.db(`${prefix}journey`)
  // A range of the key, so that counting reads no other documents.
  const of = (collection: string) => ({ _id: { $gte: { c: collection, i: '' }, $lt: { c: `${collection} `, i: '' } } as never })
  return {
    rows: () => journey.collection('documents').countDocuments(of(model)),
    drop: async () => {
      await journey.collection('documents').deleteMany(of(model))
      await journey.collection('documents').deleteMany(of(consumer))
      await journey.collection('counters').deleteMany(of(consumer))
    },
    close: () => client.close(),
  }
}
