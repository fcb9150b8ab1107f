import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '@samresa/telemetry'
import kafkajs, { type EachBatchPayload, type KafkaMessage, type PartitionAssigner, PartitionAssigners } from 'kafkajs'
import type { Feed, Placed, Positions } from '../consumer/feed.ts'
import type { Subscription } from '../event-bus.ts'
import { topicsOf } from '../topics.ts'
import { type KafkaCluster, requireTopics, TopicsMissing } from './kafka-cluster.ts'
import { eventAgainFrom, eventFrom, isUnreadable, unreadableFrom } from './record-format.ts'

const largestTake = 1000
/** Beyond this many records nothing more is fetched until some are handled. */
const mostUntaken = 4000
/** A partition with so many events waiting behind held streams is not fetched further until few are left. */
const mostWaiting = 2000
const fewWaiting = 500
/** Partitions of one answer that are taken in at once: all of them. */
const sideBySide = 100
const commitAfterMs = 200
const lookAgainMs = 250
const missingTopicsPauseMs = 5000
const closeWithinMs = 5000
const heartbeatEveryMs = 2000
/** Three heartbeats that did not come through: the broker that leads the group is away. */
const silentCoordinatorMs = 6000

const laneOf = (topic: string, partition: number) => `${topic}/${partition}`
const placeOf = (lane: string): [topic: string, partition: number] => {
  const slash = lane.lastIndexOf('/')
  return [lane.slice(0, slash), Number(lane.slice(slash + 1))]
}

/** What the watchdog asks of a feed. */
export interface PartitionFeed extends Feed {
  group: string
  /** Why nothing will come any more, until the process is started again. */
  dead(): string | undefined
  /** When the last fetch was answered, or something taken that had been fetched (monotonic, ms). */
  fetchedAt(): number
  /** When this process last joined the group (monotonic, ms): now, while it is about it; minus infinity before it ever was. */
  joinedAt(): number
  /** Events told in our partitions and not in `handled`. Rejects when no broker answers. */
  lag(handled: Positions): Promise<number>
}

/** The partitions that Kafka gives this process for one subscription, one lane each. Rejects when topics are missing. */
export async function openPartitionFeed(
  { name, sources, accesses = false }: Subscription,
  { cluster, service, logger }: { cluster: KafkaCluster; service: string; logger: Logger },
): Promise<PartitionFeed> {
  const { topicPrefix } = cluster
  const group = `${topicPrefix}samresa.${service}.${name}`
  const heard = new Set(sources)
  const topics = [...new Set(sources.flatMap((source) => topicsOf(source, accesses)))]
  let isJoining = false
  const beginsToJoin = () => {
    isJoining = true
  }
  const consumer = cluster.hearing.consumer({
    groupId: group,
    sessionTimeout: 10_000,
    heartbeatInterval: heartbeatEveryMs,
    rebalanceTimeout: 60_000,
    maxWaitTimeInMs: 500,
    // A partition that had no leader when kafkajs last asked is not fetched until it asks again, and by itself that is after five minutes.
    metadataMaxAge: 5_000,
    // Longer than brokers take to elect leaders. Who has tried so often in vain starts anew, as a stranger to its group.
    retry: { retries: 12 },
    partitionAssigners: [onJoining(beginsToJoin)],
    allowAutoTopicCreation: false,
  })

  let generation = 0
  let owned = new Set<string>()
  let intake: { lane: string; records: Placed[]; last: number }[] = []
  let untaken = 0
  let taken = new Map<string, number>()
  /** The last offset that has come, by lane, in this generation. */
  let reached = new Map<string, number>()
  /** The offset that would have come next when an earlier generation ended, by lane. */
  const leftAt = new Map<string, number>()
  let committed = new Map<string, number>()
  let toCommit: Positions = {}
  const paused = new Set<string>()
  let committing: Promise<void> | undefined
  let fetchedAt = performance.now()
  let joinedAt = Number.NEGATIVE_INFINITY
  let beatAt = performance.now()
  let dead: string | undefined
  let stopped = false
  let news: () => void = () => undefined
  const stopping = new AbortController()

  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
    generation++
    isJoining = false
    joinedAt = performance.now()
    beatAt = joinedAt
    owned = new Set(
      Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => laneOf(topic.slice(topicPrefix.length), partition)),
      ),
    )
    intake = []
    untaken = 0
    taken = new Map()
    for (const [lane, last] of reached) leftAt.set(lane, last + 1)
    reached = new Map()
    committed = new Map()
    toCommit = {}
    resume([...paused])
    news()
  })
  consumer.on(consumer.events.HEARTBEAT, () => {
    beatAt = performance.now()
  })
  // kafkajs 2.2.4 calls who listens to this before it fetches, so that what is thrown here ends the round: as it has tried a heartbeat in each
  // round before, nobody who is well meets this, and nothing that was fetched is thrown away.
  consumer.on(consumer.events.FETCH_START, () => {
    if (performance.now() - beatAt > silentCoordinatorMs) throw coordinatorIsSilent()
  })
  consumer.on(consumer.events.REBALANCING, beginsToJoin)
  consumer.on(consumer.events.FETCH, () => {
    fetchedAt = performance.now()
  })
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    logger.error({ err: error, consumer: name }, restart ? 'consumer starts again' : 'consumer has stopped for good')
    isJoining = restart
    if (!restart) dead = `The consumer ${name} has stopped: ${error.name}`
  })

  let telling = false
  /** What one answer brings of several partitions is handled as one batch. */
  const tellNews = () => {
    if (telling) return
    telling = true
    setImmediate(() => {
      telling = false
      news()
    })
  }

  const resume = (lanes: string[]) => {
    for (const lane of lanes) {
      const [topic, partition] = placeOf(lane)
      consumer.resume([{ topic: topicPrefix + topic, partitions: [partition] }])
      paused.delete(lane)
    }
  }

  const placedFrom = (topic: string, partition: number, message: KafkaMessage): Placed[] => {
    const place = { lane: laneOf(topic, partition), position: Number(message.offset) }
    try {
      const record = eventFrom(message)
      return heard.has(record.source) ? [{ record, ...place }] : []
    } catch (error) {
      return [{ record: unreadableFrom(topic, partition, message), unreadable: reasonOf(error), ...place }]
    }
  }

  /** True when offsets before this one come again: the group stands there, and what we have taken of them is void. */
  const leavesOut = async (lane: string, offset: number): Promise<boolean> =>
    !reached.has(lane) && leftAt.get(lane) === offset && ((await committedIn()).get(lane) ?? -1) < offset

  /** Takes a batch in as soon as there is room, and keeps the session meanwhile. Nothing may be thrown into kafkajs: it would stop for good. */
  const takeIn = async ({ batch, resolveOffset, heartbeat, isRunning }: EachBatchPayload) => {
    const joined = generation
    const topic = batch.topic.slice(topicPrefix.length)
    try {
      while (untaken >= mostUntaken) {
        if (stopped || !isRunning()) return
        await pause(lookAgainMs, undefined, { signal: stopping.signal })
        await heartbeat()
      }
      const lane = laneOf(topic, batch.partition)
      // Asked for before we joined anew and answered afterwards: kafkajs would go on behind it.
      const skips = await leavesOut(lane, Number(batch.firstOffset()))
      if (stopped || joined !== generation || skips) return
      const records = batch.messages.flatMap((message) => placedFrom(topic, batch.partition, message))
      const last = Number(batch.lastOffset())
      intake.push({ lane, records, last })
      reached.set(lane, last)
      untaken += records.length
      resolveOffset(batch.messages.at(-1)!.offset)
      tellNews()
    } catch (error) {
      // Left unresolved, it is fetched again, after joining anew when that was why.
      logger.debug({ err: error, consumer: name }, 'batch not taken in')
    }
  }

  const start = async () => {
    await consumer.connect()
    await consumer.subscribe({ topics: topics.map((topic) => topicPrefix + topic), fromBeginning: true })
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: sideBySide, eachBatch: takeIn })
  }
  const startWhenReady = async () => {
    await cluster.whenReady()
    while (!stopped) {
      try {
        await cluster.partitionsOf(topics)
        if (!stopped) await start()
        return
      } catch (error) {
        logger.error(
          { err: error, consumer: name },
          error instanceof TopicsMissing ? error.message : 'consumer could not start; trying again',
        )
        await pause(missingTopicsPauseMs, undefined, { signal: stopping.signal })
      }
    }
  }

  const commit = async () => {
    const joined = generation
    const due = Object.entries(toCommit).filter(([lane, position]) => position + 1 > (committed.get(lane) ?? 0))
    if (due.length === 0) return
    const offsets = due.map(([lane, position]) => {
      const [topic, partition] = placeOf(lane)
      return { topic: topicPrefix + topic, partition, offset: String(position + 1) }
    })
    try {
      await consumer.commitOffsets(offsets)
      if (joined === generation) for (const [lane, position] of due) committed.set(lane, position + 1)
    } catch (error) {
      // Late is safe: what comes again is dropped by the fences.
      logger.debug({ err: error, consumer: name }, 'offsets not committed')
    }
  }
  const commitSoon = async () => {
    for (let told: Positions | undefined; told !== toCommit && !stopped; ) {
      await pause(commitAfterMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      told = toCommit
      await commit()
    }
  }

  const endsOf = async (): Promise<Map<string, { low: number; high: number }>> => {
    const admin = await cluster.admin()
    const ends = new Map<string, { low: number; high: number }>()
    for (const topic of topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topicPrefix + topic)) {
        ends.set(laneOf(topic, partition), { low: Number(low), high: Number(high) })
      }
    }
    return ends
  }
  const committedIn = async (): Promise<Map<string, number>> => {
    const found = await (await cluster.admin()).fetchOffsets({ groupId: group, topics: topics.map((topic) => topicPrefix + topic) })
    return new Map(
      found.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => [laneOf(topic.slice(topicPrefix.length), partition), Number(offset)] as const),
      ),
    )
  }

  await requireTopics(cluster, topics)
  // Not waited for: a member that died keeps the others waiting until its session ends, and the service has more to do than to hear.
  const starting = startWhenReady().catch((error: unknown) => logger.debug({ err: error, consumer: name }, 'consumer not started'))
  /** The last offsets go out before the others are told that we leave; who leaves while joining is gone once it has joined. */
  const leave = async () => {
    await commit()
    await starting
    await consumer.disconnect().catch(() => undefined)
  }

  return {
    group,
    generation: () => generation,
    owns: (lane) => owned.has(lane),
    async take() {
      const records: Placed[] = []
      let batches = 0
      for (const batch of intake) {
        if (records.length > 0 && records.length + batch.records.length > largestTake) break
        batches++
        records.push(...batch.records)
        taken.set(batch.lane, batch.last)
      }
      intake.splice(0, batches)
      untaken -= records.length
      // Behind a long backlog nothing is fetched for lack of room.
      if (batches > 0) fetchedAt = performance.now()
      return records
    },
    hasMore: () => intake.length > 0,
    readAhead: () => undefined,
    readOut(record) {
      if (!isUnreadable(record)) return { record }
      try {
        const event = eventAgainFrom(record)
        if (heard.has(event.source)) return { record: event }
        return { record, unreadable: `This record is an event of ${event.source}, which is not heard here` }
      } catch (error) {
        return { record, unreadable: reasonOf(error) }
      }
    },
    through: () => Object.fromEntries(taken),
    keep(handled, waiting) {
      toCommit = handled
      for (const [lane, count] of waiting) {
        if (count < mostWaiting || paused.has(lane)) continue
        const [topic, partition] = placeOf(lane)
        consumer.pause([{ topic: topicPrefix + topic, partitions: [partition] }])
        paused.add(lane)
      }
      resume([...paused].filter((lane) => (waiting.get(lane) ?? 0) <= fewWaiting))
      committing ??= commitSoon().finally(() => {
        committing = undefined
      })
    },
    async ends() {
      const ends = await endsOf()
      return Object.fromEntries([...ends].filter(([, { low, high }]) => high > low).map(([lane, { high }]) => [lane, high - 1]))
    },
    async elsewhere(lanes) {
      const offsets = await committedIn()
      return Object.fromEntries(lanes.map((lane) => [lane, (offsets.get(lane) ?? 0) - 1]))
    },
    async lag(handled) {
      const [ends, offsets] = await Promise.all([endsOf(), committedIn()])
      let behind = 0
      for (const lane of owned) {
        const { low, high } = ends.get(lane) ?? { low: 0, high: 0 }
        const next = handled[lane] === undefined ? (offsets.get(lane) ?? 0) : handled[lane] + 1
        behind += Math.max(0, high - Math.max(low, next))
      }
      return behind
    },
    dead: () => dead,
    fetchedAt: () => fetchedAt,
    joinedAt: () => (isJoining ? performance.now() : joinedAt),
    onNews(listener) {
      news = listener
    },
    async stop() {
      stopped = true
      stopping.abort()
    },
    async close() {
      const leaving = async () => {
        await committing
        await leave()
      }
      await Promise.race([leaving(), pause(closeWithinMs)])
    },
  }
}

/** kafkajs assigns by turns and tells of no join but the ones that end; it asks for the protocol whenever one begins. */
const onJoining =
  (told: () => void): PartitionAssigner =>
  (config) => {
    const assigner = PartitionAssigners.roundRobin(config)
    return {
      ...assigner,
      protocol(subscription) {
        told()
        return assigner.protocol(subscription)
      },
    }
  }

/**
 * Taken for news of its group, it makes kafkajs join again at once as the member it was, and look for the coordinator, which it does only
 * then. By itself it goes on asking one that is gone, starts anew as a stranger, and the group waits for the member that was.
 */
const coordinatorIsSilent = () =>
  new kafkajs.KafkaJSProtocolError(
    Object.assign(new Error('No heartbeat comes through: joining again'), { type: 'REBALANCE_IN_PROGRESS', code: 27, retriable: true }),
  )

const reasonOf = (error: unknown): string =>
  `This record is no event of ours: ${error instanceof SyntaxError ? 'its value is not JSON' : (error as Error).message}`
