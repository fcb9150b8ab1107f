import { createLogger } from '@samresa/telemetry'
import type { ConsumerConfig, EachBatchPayload, KafkaMessage, PartitionAssigner } from 'kafkajs'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { KafkaCluster } from './kafka-cluster.ts'
import { openPartitionFeed } from './partition-feed.ts'

const topic = 'samresa.teller.v1'
const lane = `${topic}/0`
type Listener = (event: { payload: unknown }) => void

/** The consumer of one group as kafkajs shows it, with what the group has committed. */
function aGroup() {
  const listeners = new Map<string, Listener>()
  let assigner: PartitionAssigner | undefined
  let eachBatch: ((payload: EachBatchPayload) => Promise<void>) | undefined
  const group = { committed: -1, refuses: false, commits: 0, answers: Promise.resolve() }
  const consumer = {
    events: {
      GROUP_JOIN: 'join',
      REBALANCING: 'rebalancing',
      FETCH_START: 'fetching',
      FETCH: 'fetch',
      HEARTBEAT: 'heartbeat',
      CRASH: 'crash',
    },
    on: (event: string, listener: Listener) => void listeners.set(event, listener),
    connect: async () => undefined,
    subscribe: async () => undefined,
    run: async (options: { eachBatch: typeof eachBatch }) => {
      eachBatch = options.eachBatch
    },
    pause: () => undefined,
    resume: () => undefined,
    async commitOffsets([{ offset }]: [{ offset: string }]) {
      group.commits++
      await group.answers
      if (group.refuses) throw new Error('The coordinator is not aware of this member')
      group.committed = Number(offset)
    },
    disconnect: async () => undefined,
  }
  const admin = {
    fetchOffsets: async () => [{ topic, partitions: [{ partition: 0, offset: String(group.committed) }] }],
  }
  const cluster = {
    topicPrefix: '',
    ready: () => true,
    whenReady: async () => undefined,
    partitionsOf: async () => new Map([[topic, 1]]),
    hearing: {
      consumer: ({ partitionAssigners }: ConsumerConfig) => {
        assigner = partitionAssigners?.[0]
        return consumer
      },
    },
    admin: async () => admin,
  } as unknown as KafkaCluster
  return {
    group,
    cluster,
    crashes: (restart: boolean) => listeners.get('crash')!({ payload: { error: new Error('planted'), restart } }),
    fetches: () => listeners.get('fetching')!({ payload: {} }),
    beats: () => listeners.get('heartbeat')!({ payload: {} }),
    beginsToJoin: () => void assigner!({} as never).protocol({ topics: [topic] }),
    joins: () => listeners.get('join')!({ payload: { memberAssignment: { [topic]: [0] } } }),
    /** Brings records from this offset on; resolves with the offset that counts as taken, if any. */
    async brings(...offsets: number[]): Promise<number | undefined> {
      await expect.poll(() => eachBatch).toBeDefined()
      let resolved: number | undefined
      const messages = offsets.map((offset) => messageAt(offset))
      await eachBatch!({
        batch: { topic, partition: 0, messages, firstOffset: () => String(offsets[0]), lastOffset: () => String(offsets.at(-1)) },
        resolveOffset: (offset: string) => {
          resolved = Number(offset)
        },
        heartbeat: async () => undefined,
        isRunning: () => true,
      } as unknown as EachBatchPayload)
      return resolved
    },
  }
}

const messageAt = (offset: number): KafkaMessage =>
  ({
    key: Buffer.from('p'),
    offset: String(offset),
    timestamp: '0',
    value: Buffer.from('{}'),
    headers: {
      ce_id: `e-${offset}`,
      ce_type: `${topic}.Noted`,
      ce_source: 'teller',
      ce_time: 't',
      ce_stream: 's',
      ce_seq: String(offset + 1),
      ce_correlationid: 'c',
      ce_recordedat: 't',
      ce_actor: 'anna',
      ce_commitseq: '1',
      ce_commithash: 'h',
      ce_commitlast: 'true',
    },
  }) as unknown as KafkaMessage

const open = (cluster: KafkaCluster) =>
  openPartitionFeed(
    { name: 'one', sources: ['teller'], handle: async () => [] },
    { cluster, service: 'hearer', logger: createLogger({ service: 'test', level: 'silent' }) },
  )

test('what was asked for before joining anew and comes afterwards is not taken, as long as what stands before it comes again', async () => {
  const { cluster, joins, brings, group } = aGroup()
  const feed = await open(cluster)
  joins()
  expect(await brings(0, 1, 2)).toBe(2)
  group.committed = 1
  joins()
  expect(await brings(3)).toBeUndefined()
  expect(await brings(1, 2)).toBe(2)
  expect(await brings(3, 4)).toBe(4)
  expect((await feed.take()).map(({ position }) => position)).toEqual([1, 2, 3, 4])
  await feed.close()
})

test('after joining anew it goes on where it was when all of that is committed', async () => {
  const { cluster, joins, brings, group } = aGroup()
  const feed = await open(cluster)
  joins()
  await brings(0, 1)
  group.committed = 2
  joins()
  expect(await brings(2)).toBe(2)
  await feed.close()
})

test('a commit that is refused, the member being expelled, stops nothing and is made again', async () => {
  const { cluster, joins, brings, group } = aGroup()
  const feed = await open(cluster)
  joins()
  await brings(0, 1)
  await feed.take()
  group.refuses = true
  feed.keep({ [lane]: 1 }, new Map())
  await expect.poll(() => group.commits).toBe(1)
  group.refuses = false
  feed.keep({ [lane]: 1 }, new Map())
  await expect.poll(() => group.committed).toBe(2)
  expect(feed.dead()).toBeUndefined()
  await feed.close()
})

test('what is handled while a commit is on its way is committed after it', async () => {
  const { group, cluster, joins, brings } = aGroup()
  const feed = await open(cluster)
  joins()
  await brings(0, 1)
  const answer = Promise.withResolvers<void>()
  group.answers = answer.promise
  feed.keep({ [lane]: 0 }, new Map())
  await expect.poll(() => group.commits).toBe(1)
  feed.keep({ [lane]: 1 }, new Map())
  answer.resolve()
  await expect.poll(() => group.committed).toBe(2)
  await feed.close()
})

test('a consumer that kafkajs has stopped for good is told, and one that starts again is not', async () => {
  const { cluster, joins, crashes } = aGroup()
  const feed = await open(cluster)
  joins()
  crashes(true)
  expect(feed.dead()).toBeUndefined()
  crashes(false)
  expect(feed.dead()).toBe('The consumer one has stopped: Error')
  await feed.close()
})

test('a consumer that begins to join anew, or has crashed and starts again, joins until it has joined', async () => {
  const { cluster, joins, beginsToJoin, crashes } = aGroup()
  const feed = await open(cluster)
  const isJoining = async () => {
    const earlier = feed.joinedAt()
    await new Promise((resolve) => setImmediate(resolve))
    return feed.joinedAt() > earlier
  }
  expect([feed.joinedAt(), await isJoining()]).toEqual([Number.NEGATIVE_INFINITY, false])
  for (const begin of [beginsToJoin, () => crashes(true)]) {
    begin()
    expect(await isJoining()).toBe(true)
    joins()
    expect(await isJoining()).toBe(false)
  }
  await feed.close()
})

test('what is taken that was fetched before counts as fetching, since a full consumer fetches nothing', async () => {
  const { cluster, joins, brings } = aGroup()
  const feed = await open(cluster)
  joins()
  await brings(0, 1)
  const before = performance.now()
  expect((await feed.take()).length).toBe(2)
  const taken = feed.fetchedAt()
  expect(taken).toBeGreaterThanOrEqual(before)
  expect((await feed.take()).length).toBe(0)
  expect(feed.fetchedAt()).toBe(taken)
  await feed.close()
})

test('a fetch that begins six seconds after the last heartbeat makes it join again as the member it is', async () => {
  const { cluster, joins, beats, fetches } = aGroup()
  const feed = await open(cluster)
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  joins()
  vi.advanceTimersByTime(5_900)
  beats()
  vi.advanceTimersByTime(5_900)
  expect(fetches).not.toThrow()
  vi.advanceTimersByTime(200)
  // What kafkajs takes for news of its group: anything else it would try again, and then give up.
  expect(fetches).toThrow(expect.objectContaining({ name: 'KafkaJSProtocolError', type: 'REBALANCE_IN_PROGRESS', retriable: true }))
  joins()
  expect(fetches).not.toThrow()
  await feed.close()
})

test('a partition behind which too much waits in memory is not fetched further until little is left', async () => {
  const paused: string[] = []
  const { cluster, joins, brings } = aGroup()
  const consumer = cluster.hearing.consumer({ groupId: 'any' })
  consumer.pause = (topics) => void paused.push(`pause ${topics[0]?.partitions}`)
  consumer.resume = (topics) => void paused.push(`resume ${topics[0]?.partitions}`)
  const feed = await open(cluster)
  joins()
  await brings(0)
  for (const count of [1999, 2000, 2001, 501, 500, 499]) feed.keep({}, new Map([[lane, count]]))
  expect(paused).toEqual(['pause 0', 'resume 0'])
  await feed.close()
})

test('an unreadable record is read out again when it has become an event, and stays set aside while it has not', async () => {
  const { cluster, joins, brings } = aGroup()
  const feed = await open(cluster)
  joins()
  await brings(0)
  const [placed] = await feed.take()
  const { headers } = messageAt(7)
  const standIn = (fields: object) => ({
    ...placed!.record,
    type: '',
    data: { headers, value: Buffer.from('{}').toString('base64'), ...fields },
  })
  expect(feed.readOut!(standIn({}))).toMatchObject({ record: { id: 'e-7', version: 8, data: {} } })
  expect(feed.readOut!(standIn({ value: 'ew==' })).unreadable).toBe('This record is no event of ours: its value is not JSON')
  expect(feed.readOut!(standIn({ headers: { ...headers, ce_source: 'other' } })).unreadable).toContain('not heard here')
  await feed.close()
})
