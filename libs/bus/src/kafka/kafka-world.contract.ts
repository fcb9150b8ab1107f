import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type CommitStore,
  type DocumentStore,
  dropMongoDatabases,
  type MongoStore,
  openEmbeddedStore,
  openMongoStore,
} from '@samresa/store'
import { createLogger, type Logger } from '@samresa/telemetry'
import { expect } from 'vitest'
import { type BusWorld, typeIn } from '../event-bus.contract.ts'
import { createKafkaBus, type KafkaBus } from './kafka-bus.ts'
import { connectKafka, type KafkaCluster } from './kafka-cluster.ts'
import { type Relay, startRelay } from './relay.ts'
import { createTopicAdmin } from './topic-admin.ts'

export const brokers = process.env['KAFKA_BROKERS'] ?? ''
export const mongoUrl = process.env['MONGODB_URL'] ?? ''
/** What the tests need, when it is not there. */
export const missingServers =
  brokers === '' || mongoUrl === '' ? 'needs KAFKA_BROKERS and MONGODB_URL: run npm run test:engines' : undefined

export const silent = createLogger({ service: 'test', level: 'silent' })
export const partitions = 3

/** A teller whose relay brings its commits to Kafka, and a hearer, on topics of their own. */
export interface KafkaWorld extends BusWorld {
  bus: KafkaBus
  cluster: KafkaCluster
  teller: MongoStore
  relay: Relay
  /** Another process of the hearing service, on the same documents. */
  another(): { bus: KafkaBus; documents: DocumentStore }
}

/** Appends events of one note each, a commit of its own for every one. */
export async function tellIn({ commits }: { commits: CommitStore }, stream: string, notes: readonly string[]): Promise<void> {
  for (const note of notes) {
    const event = { id: randomUUID(), type: typeIn(stream), subject: `p-${stream[0]}`, time: '2026-04-28T06:00:00.000Z', data: { note } }
    const meta = {
      actor: { user: 'anna', role: 'caseworker' as const },
      purpose: 'planning',
      correlationId: 'c',
      at: new Date().toISOString(),
    }
    await commits.append({ stream, commitId: event.id, events: [event], ...meta }, await commits.head(stream))
  }
}

/** Where a record stands in Kafka, and who told it under which lease. */
export interface StandingRecord {
  partition: number
  offset: number
  epoch: number
  stream: string
  version: number
}

/** Reads a topic from its first to its present last record, in the order of its partitions. */
export async function recordsIn(cluster: KafkaCluster, topic: string): Promise<StandingRecord[]> {
  const name = cluster.topicPrefix + topic
  const consumer = cluster.hearing.consumer({ groupId: `${cluster.topicPrefix}reader-${randomUUID()}` })
  const ends = await (await cluster.admin()).fetchTopicOffsets(name)
  const missing = new Map(ends.filter(({ high }) => high !== '0').map(({ partition, high }) => [partition, Number(high) - 1]))
  const found: StandingRecord[] = []
  const all = Promise.withResolvers<void>()
  await consumer.connect()
  await consumer.subscribe({ topics: [name], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message: { offset, headers = {} } }) => {
      const number = (header: string) => Number(headers[header])
      const place = { partition, offset: Number(offset) }
      found.push({ ...place, epoch: number('samresa-relay-epoch'), stream: String(headers['ce_stream']), version: number('ce_seq') })
      if (place.offset >= missing.get(partition)!) missing.delete(partition)
      if (missing.size === 0) all.resolve()
    },
  })
  if (missing.size > 0) await all.promise
  await consumer.disconnect()
  return found.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset)
}

/** The topics of an installation of one test. Everything about them is gone afterwards. */
export async function withTopics(check: (cluster: KafkaCluster) => Promise<void>, logger: Logger = silent): Promise<void> {
  const topicPrefix = `test-${randomUUID()}-`
  const cluster = await connectKafka({ brokers: brokers.split(','), clientId: 'bus-test', topicPrefix, logger })
  const admin = createTopicAdmin(cluster)
  const topic = { partitions, replication: 1, config: { 'max.message.bytes': String(8 * 1024 * 1024) } }
  await admin.create(new Map(['samresa.teller.v1', 'samresa.access.v1'].map((name) => [name, topic])))
  try {
    await check(cluster)
  } finally {
    await admin.removeAll()
    await cluster.close()
  }
}

export async function inKafkaWorld(check: (world: KafkaWorld) => Promise<void>, logger: Logger = silent): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-bus-'))
  const database = `samresa_test_${randomUUID()}`
  const teller = await openMongoStore({ url: mongoUrl, database, appName: 'bus-test', logger })
  const hearer = await openEmbeddedStore({ file: join(folder, 'hearer.sqlite') })
  const buses: KafkaBus[] = []
  const inWorld = async (cluster: KafkaCluster) => {
    const relay = await startRelay({ cluster, outbox: teller.outbox, leases: teller.leases, source: 'teller', owner: 'one', logger })
    /** The hearing process: once it is dead, nothing that it still writes arrives. */
    const start = () => {
      const life = { alive: true }
      const write: typeof hearer.documents.write = (...args) =>
        life.alive ? hearer.documents.write(...args) : new Promise(() => undefined)
      const documents = { ...hearer.documents, write }
      const bus = createKafkaBus({ cluster, service: 'hearer', documents, logger })
      buses.push(bus)
      return { life, documents, bus }
    }
    let current = start()
    const groupOf = (consumer: string) => `${cluster.topicPrefix}samresa.hearer.${consumer}`
    try {
      await check({
        bus: current.bus,
        documents: current.documents,
        cluster,
        teller,
        relay,
        another: start,
        async tell(stream, ...notes) {
          await tellIn(teller, stream, notes)
          await expect.poll(() => teller.outbox.pending(), { timeout: 15_000 }).toMatchObject({ count: 0 })
        },
        async remembers(consumer) {
          const found = await (await cluster.admin()).fetchOffsets({ groupId: groupOf(consumer) })
          return found.some(({ partitions }) => partitions.some(({ offset }) => Number(offset) > 0))
        },
        async restart(forgetting) {
          current.life.alive = false
          await current.bus.close()
          if (forgetting !== undefined) await (await cluster.admin()).deleteGroups([groupOf(forgetting)])
          current = start()
          Object.assign(this, { bus: current.bus, documents: current.documents })
        },
      })
    } finally {
      await relay.close()
      await Promise.all(buses.map((bus) => bus.close()))
    }
  }
  try {
    await withTopics(inWorld, logger)
  } finally {
    await Promise.all([teller.close(), hearer.close()])
    await dropMongoDatabases({ url: mongoUrl, names: [database] })
    await rm(folder, { recursive: true, force: true })
  }
}
