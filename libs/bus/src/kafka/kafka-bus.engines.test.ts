import { describe, expect, test } from 'vitest'
import { eventBusContract } from '../event-bus.contract.ts'
import type { EventBus, EventRecord } from '../event-bus.ts'
import { parked } from '../parked.ts'
import { subscribeProjection } from '../projection.ts'
import { createKafkaBus } from './kafka-bus.ts'
import { connectKafka } from './kafka-cluster.ts'
import { inKafkaWorld, type KafkaWorld, missingServers, silent, withTopics } from './kafka-world.contract.ts'
import { createPublisher } from './publisher.ts'
import { startRelay } from './relay.ts'

const teller = 'samresa.teller.v1'
const noteOf = (record: EventRecord) => (record.data as { note: string }).note

/** Inserts, so that an event written twice is refused. */
const rowsOn = (bus: EventBus, { documents }: Pick<KafkaWorld, 'documents'>) =>
  subscribeProjection({
    bus,
    documents,
    name: 'rows-v1',
    sources: ['teller'],
    rows: (record) => [
      { op: 'insert', collection: 'rows', document: { id: `${record.stream}/${record.version}`, body: noteOf(record).slice(0, 9) } },
    ],
  })
const rowsIn = async ({ documents }: Pick<KafkaWorld, 'documents'>) =>
  (await documents.find<string>('rows', { limit: 1000 })).map(({ id, body }) => `${id} ${body}`)
const many = [...'abcdefghijklmnopqrst']

function onKafka() {
  describe('bus on Kafka', () => eventBusContract(inKafkaWorld))

  test('a record that is no event is set aside under its partition and offset, and holds nobody up', () =>
    inKafkaWorld(async (world) => {
      const publisher = createPublisher(world.cluster)
      for (const stream of many) await publisher.publish(teller, { key: `p-${stream}`, headers: {}, value: '{' })
      await publisher.close()
      for (const stream of many) await world.tell(stream, 'a')
      const consumer = await rowsOn(world.bus, world)
      await consumer.caughtUp()
      expect(await rowsIn(world)).toEqual(many.map((stream) => `${stream}/1 a`))
      const desk = parked(world.documents)
      const list = await desk.list()
      expect(list).toHaveLength(many.length)
      expect(list[0]).toMatchObject({
        consumer: 'rows-v1',
        source: teller,
        reason: 'This record is no event of ours: The header ce_id is missing',
      })
      for (const { id } of list) await desk.skip(id, 'not ours', 'operator')
      await expect.poll(() => desk.list()).toEqual([])
      expect(await world.documents.find('parked-events', { limit: 10 })).toEqual([])
      expect(await world.documents.find('parked-skipped', { limit: 100 })).toHaveLength(many.length)
      expect(world.bus.health()).toEqual({ live: true })
      expect(await world.bus.lag()).toBe(0)
    }))

  test('members that come and go leave no event out and handle none twice in effect', () =>
    inKafkaWorld(async (world) => {
      const tellAll = (note: string) => Promise.all(many.map((stream) => world.tell(stream, note)))
      const first = await rowsOn(world.bus, world)
      await tellAll('a')
      const { bus } = world.another()
      const [second] = await Promise.all([rowsOn(bus, world), tellAll('b')])
      await Promise.all([first.caughtUp(), second.caughtUp()])
      const [, third] = await Promise.all([tellAll('c'), first.close()])
      expect(third).toBeUndefined()
      await tellAll('d')
      await second.caughtUp()
      expect(await rowsIn(world)).toEqual(many.flatMap((stream) => [`${stream}/1 a`, `${stream}/2 b`, `${stream}/3 c`, `${stream}/4 d`]))
      expect(await parked(world.documents).list()).toEqual([])
    }))

  test('what is parked in one process is released in the one that has the partition then, with all that came behind it', () =>
    inKafkaWorld(async (world) => {
      let poisonous = true
      const subscribe = (bus: EventBus) =>
        subscribeProjection({
          bus,
          documents: world.documents,
          name: 'rows-v1',
          sources: ['teller'],
          rows: (record) => {
            if (poisonous && record.version === 2) throw new TypeError('planted')
            return [{ op: 'put', collection: 'rows', document: { id: `${record.stream}/${record.version}`, body: noteOf(record) } }]
          },
        })
      const first = await subscribe(world.bus)
      await world.tell('s', 'a', 'b', 'c')
      await first.caughtUp()
      await first.close()
      await world.tell('s', 'd')
      const another = world.another()
      const second = await subscribe(another.bus)
      await second.caughtUp()
      await world.tell('s', 'e')
      await second.caughtUp()
      const [stopped] = await parked(world.documents).list()
      expect(stopped).toMatchObject({ stream: 's', fromVersion: 2 })
      expect(await world.documents.find('parked-events', { limit: 10 })).toHaveLength(4)
      poisonous = false
      await parked(another.documents).retry(stopped!.id)
      await expect.poll(() => parked(world.documents).list()).toEqual([])
      await world.tell('s', 'f')
      await second.caughtUp()
      expect(await rowsIn(world)).toEqual(['s/1 a', 's/2 b', 's/3 c', 's/4 d', 's/5 e', 's/6 f'])
    }))

  test('an event of three megabytes arrives', () =>
    inKafkaWorld(async (world) => {
      const text = Array.from({ length: 48 * 1024 }, () => crypto.randomUUID() + crypto.randomUUID().slice(0, 28)).join('')
      const lengths: number[] = []
      const consumer = await world.bus.subscribe({
        name: 'lengths',
        sources: ['teller'],
        handle: async (batch) => {
          lengths.push(...batch.map((record) => noteOf(record).length))
          return batch.map(() => 'done')
        },
      })
      await world.tell('s', text, 'x')
      await consumer.caughtUp()
      expect(lengths).toEqual([text.length, 1])
      expect(text.length).toBeGreaterThan(3_000_000)
    }))

  test('topics that are missing are named, with the command that makes them', () =>
    withTopics(async (cluster) => {
      const bus = createKafkaBus({ cluster, service: 'hearer', documents: {} as never, logger: silent })
      const subscription = { name: 'one', sources: ['nobody'], handle: async () => [] }
      await expect(bus.subscribe(subscription)).rejects.toThrow(/lacks the topic test-.*samresa\.nobody\.v1: .*npm run topics:apply/)
      const relay = startRelay({ cluster, outbox: {} as never, leases: {} as never, source: 'nobody', owner: 'one', logger: silent })
      await expect(relay).rejects.toThrow('samresa.nobody.v1')
      await bus.close()
    }))

  test('a service starts without its brokers, is not ready, and stops in time', () =>
    inKafkaWorld(async ({ documents, teller: { outbox, leases } }) => {
      const cluster = await connectKafka({ brokers: ['127.0.0.1:1'], clientId: 'bus-test', logger: silent })
      const bus = createKafkaBus({ cluster, service: 'hearer', documents, logger: silent })
      await bus.subscribe({ name: 'one', sources: ['teller'], handle: async () => [] })
      const relay = await startRelay({ cluster, outbox, leases, source: 'teller', owner: 'two', logger: silent })
      expect([cluster.ready(), bus.health(), relay.health()]).toEqual([false, { live: true }, { live: true }])
      await Promise.all([bus.close(), relay.close()])
      await cluster.close()
    }))
}

if (missingServers === undefined) onKafka()
else test('the bus on Kafka', ({ skip }) => skip(missingServers))
