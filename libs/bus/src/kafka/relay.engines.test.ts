import type { Outbox } from '@samresa/store'
import { expect, onTestFinished, test } from 'vitest'
import { inKafkaWorld, type KafkaWorld, missingServers, recordsIn, type StandingRecord, silent, tellIn } from './kafka-world.contract.ts'
import { startRelay } from './relay.ts'
import { createTopicAdmin } from './topic-admin.ts'

const topic = 'samresa.teller.v1'
const streams = [...'abcdefghij']
const patient = { timeout: 20_000 }

const startIn = async ({ cluster, teller: { outbox, leases } }: KafkaWorld, owner: string, own: Partial<Outbox> = {}) => {
  const relay = await startRelay({ cluster, outbox: { ...outbox, ...own }, leases, source: 'teller', owner, logger: silent })
  onTestFinished(() => relay.close())
  return relay
}
const tellAll = (world: KafkaWorld, ...notes: string[]) => Promise.all(streams.map((stream) => world.tell(stream, ...notes)))

/** Each stream's versions as they stand, without what stands there already. */
const freshOf = (records: StandingRecord[]) => {
  const versions = new Map<string, number[]>()
  for (const { stream, version } of records) {
    const seen = versions.get(stream) ?? []
    if (!seen.includes(version)) versions.set(stream, [...seen, version])
  }
  return versions
}
const expectOrder = (records: StandingRecord[], upTo: number) => {
  const inOrder = Array.from({ length: upTo }, (_, index) => index + 1)
  for (const [stream, versions] of freshOf(records)) expect([stream, versions]).toEqual([stream, inOrder])
  expect(freshOf(records).size).toBe(streams.length)
}
const expectNoOlderEpochBehind = (records: StandingRecord[]) => {
  for (const partition of new Set(records.map((record) => record.partition))) {
    const epochs = records.filter((record) => record.partition === partition).map(({ epoch }) => epoch)
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b))
  }
}

function onKafka() {
  test('of two relays one works, and the other goes on when it ends', { timeout: 30_000 }, () =>
    inKafkaWorld(async (world) => {
      await tellAll(world, 'a')
      await startIn(world, 'two')
      await tellAll(world, 'b')
      const before = await recordsIn(world.cluster, topic)
      expect(new Set(before.map(({ epoch }) => epoch)).size).toBe(1)
      await world.relay.close()
      await tellAll(world, 'c')
      const records = await recordsIn(world.cluster, topic)
      expect(new Set(records.map(({ epoch }) => epoch)).size).toBe(2)
      expectOrder(records, 3)
      expectNoOlderEpochBehind(records)
      expect(records).toHaveLength(streams.length * 3)
    }),
  )

  test('what was sent and not marked when the process died is sent again, in order', () =>
    inKafkaWorld(async (world) => {
      await world.relay.close()
      const asked = Promise.withResolvers<void>()
      const markPublished = () => {
        asked.resolve()
        return new Promise<never>(() => undefined)
      }
      const dying = await startIn(world, 'one', { markPublished })
      const told = tellAll(world, 'a', 'b')
      await asked.promise
      await dying.close()
      await startIn(world, 'one')
      await told
      const records = await recordsIn(world.cluster, topic)
      expectOrder(records, 2)
      expect(records.length).toBeGreaterThan(streams.length * 2)
    }))

  test('a relay that was frozen and wakes when another works sends nothing', { timeout: 60_000 }, () =>
    inKafkaWorld(async (world) => {
      await world.relay.close()
      const frozen = Promise.withResolvers<void>()
      const reads: number[] = []
      const unpublished: Outbox['unpublished'] = async (...asked) => {
        const commits = await world.teller.outbox.unpublished(...asked)
        reads.push(commits.length)
        if (commits.length > 0) await frozen.promise
        return commits
      }
      await startIn(world, 'frozen', { unpublished })
      const told = tellAll(world, 'a')
      await expect.poll(() => reads.some((count) => count > 0), patient).toBe(true)
      await startIn(world, 'other')
      await told
      const reached = reads.length
      frozen.resolve()
      await tellAll(world, 'b')
      expect(reads.length).toBe(reached)
      const records = await recordsIn(world.cluster, topic)
      expectOrder(records, 2)
      expectNoOlderEpochBehind(records)
      expect(new Set(records.map(({ epoch }) => epoch)).size).toBe(1)
    }),
  )

  test.each([
    ['with others in one request', 2000],
    ['as a request of its own', 40_000],
  ])(
    'a commit that Kafka refuses, %s, stops its own stream and no other, and nothing behind it goes out',
    { timeout: 60_000 },
    (_, words) =>
      inKafkaWorld(async (world) => {
        const admin = createTopicAdmin(world.cluster)
        await admin.configure(topic, { 'max.message.bytes': '20000' })
        const text = Array.from({ length: words }, () => crypto.randomUUID()).join('')
        await world.relay.close()
        await tellIn(world.teller, streams[0]!, ['a', text, 'c'])
        for (const stream of streams.slice(1)) await tellIn(world.teller, stream, ['a'])
        await startIn(world, 'two')
        await expect.poll(() => recordsIn(world.cluster, topic), patient).toHaveLength(streams.length)
        await expect.poll(() => world.teller.outbox.pending(), patient).toMatchObject({ count: 2 })
        expectOrder(await recordsIn(world.cluster, topic), 1)
        await admin.configure(topic, { 'max.message.bytes': String(8 * 1024 * 1024) })
      }),
  )
}

if (missingServers === undefined) onKafka()
else test('the relay on Kafka', ({ skip }) => skip(missingServers))
