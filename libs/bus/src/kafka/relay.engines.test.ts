import type { Outbox } from '@samresa/store'
import { expect, onTestFinished, test } from 'vitest'
import { inKafkaWorld, type KafkaWorld, missingServers, recordsIn, type StandingRecord, silent } from './kafka-rig.ts'
import { startRelay } from './relay.ts'
import { createTopicAdmin } from './topic-admin.ts'

const topic = 'samresa.teller.v1'
const streams = [...'abcdefghij']

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
  test('of two relays one works, and the other goes on when it ends', () =>
    inKafkaWorld(async (world) => {
      await startIn(world, 'two')
      await tellAll(world, 'a', 'b')
      const before = await recordsIn(world.cluster, topic)
      expect(new Set(before.map(({ epoch }) => epoch)).size).toBe(1)
      await world.relay.close()
      await tellAll(world, 'c')
      const records = await recordsIn(world.cluster, topic)
      expect(new Set(records.map(({ epoch }) => epoch)).size).toBe(2)
      expectOrder(records, 3)
      expectNoOlderEpochBehind(records)
      expect(records).toHaveLength(streams.length * 3)
    }))

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
      const unpublished: Outbox['unpublished'] = async (limit) => {
        const commits = await world.teller.outbox.unpublished(limit)
        reads.push(commits.length)
        if (commits.length > 0) await frozen.promise
        return commits
      }
      await startIn(world, 'frozen', { unpublished })
      const told = tellAll(world, 'a')
      await expect.poll(() => reads.some((count) => count > 0)).toBe(true)
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

  test('a commit that Kafka refuses stops its own stream only', () =>
    inKafkaWorld(async (world) => {
      await createTopicAdmin(world.cluster).configure(topic, { 'max.message.bytes': '20000' })
      const text = Array.from({ length: 2000 }, () => crypto.randomUUID()).join('')
      const stopped = Promise.all([world.tell(streams[0]!, 'a', text, 'c').catch(() => undefined)])
      await expect.poll(() => recordsIn(world.cluster, topic)).toHaveLength(1)
      for (const stream of streams.slice(1)) await world.teller.commits.append(...draftIn(stream))
      await expect.poll(() => recordsIn(world.cluster, topic)).toHaveLength(streams.length)
      expect(await world.teller.outbox.pending()).toMatchObject({ count: 2 })
      await createTopicAdmin(world.cluster).configure(topic, {})
      await stopped
    }))
}

const draftIn = (stream: string): Parameters<KafkaWorld['teller']['commits']['append']> => {
  const id = crypto.randomUUID()
  const event = { id, type: 'samresa.teller.v1.Noted', subject: `p-${stream[0]}`, time: '2026-04-28T06:00:00.000Z', data: { note: 'a' } }
  const actor = { user: 'anna', role: 'caseworker' as const }
  const draft = { stream, commitId: id, events: [event], actor, purpose: 'planning', correlationId: id, at: new Date().toISOString() }
  return [draft, { seq: 0, version: 0, hash: '' }]
}

if (missingServers === undefined) onKafka()
else test('the relay on Kafka', ({ skip }) => skip(missingServers))
