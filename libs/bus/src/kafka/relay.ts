import { setTimeout as pause } from 'node:timers/promises'
import type { Commit, Leases, Outbox, PublishMark } from '@samresa/store'
import type { Logger } from '@samresa/telemetry'
import { createWakeUp } from '../consumer/wake-up.ts'
import { topicsOf } from '../topics.ts'
import { createHeldLease } from './held-lease.ts'
import type { PartHealth } from './kafka-bus.ts'
import { type KafkaCluster, TopicsMissing } from './kafka-cluster.ts'
import { tellOutbox } from './outbox-gauges.ts'
import { createPartitionSender, isRefused, type Lane } from './partition-sender.ts'

export interface RelayOptions {
  cluster: KafkaCluster
  outbox: Outbox
  leases: Leases
  /** The service whose commits these are. */
  source: string
  /** Names this process among those of the service. */
  owner: string
  logger: Logger
}

export interface Relay {
  close(): Promise<void>
  health(): PartHealth
}

const pollMs = 200
const roundMs = 250
const readAtOnce = 500
const mostReadAtOnce = 5000
const laneRestsMs = 1000
const stoppedStreamRestsMs = 30_000
const leaseTakenByOtherMs = 500
const faultMs = 1000
const closeWithinMs = 5000
const nowhere = { topic: '', partition: -1, offset: '-1' }

/**
 * Sends the service's commits to Kafka and marks them once they are acknowledged, never the other way round: what was sent and not marked
 * is sent again. One process at a time, by a lease. The commits of a stream go in order and one partition has one request on its way;
 * what fails holds up its own partition, what is refused its own stream. Rejects when Kafka answers and lacks a topic.
 */
export async function startRelay({ cluster, outbox, leases, source, owner, logger }: RelayOptions): Promise<Relay> {
  const topics = topicsOf(source, true)
  const lease = createHeldLease({ leases, name: 'relay', owner })
  const wakeUp = createWakeUp()
  const stopping = new AbortController()
  /** Partitions with a request on its way, or resting after a failure. */
  const busy = new Map<string, Promise<void>>()
  /** Streams with a commit that Kafka refuses, and until when (monotonic, ms) they rest. */
  const refused = new Map<string, number>()
  let withheld = 0
  if (cluster.ready()) await cluster.partitionsOf(topics)

  const rest = (ms: number) => pause(ms, undefined, { signal: stopping.signal }).catch(() => undefined)

  const mark = async (marks: PublishMark[], epoch: number) => {
    if ((await outbox.markPublished(marks, { name: lease.name, epoch })) === 'refused') lease.lose()
  }

  /** Sends a run of commits and marks them; when it is refused, one commit after the other, so that only a stream at fault stops. */
  const sendRun = async (sender: PartitionSender, lane: Lane, run: Commit[]): Promise<void> => {
    const epoch = lease.epoch()
    if (epoch === undefined) return
    try {
      await mark(await sender.send(lane, run, epoch), epoch)
    } catch (error) {
      if (!isRefused(error)) throw error
      if (run.length > 1) {
        for (const commit of run) if (!refused.has(commit.stream)) await sendRun(sender, lane, [commit])
        return
      }
      const [{ stream, commitId, seq }] = run as [Commit]
      refused.set(stream, performance.now() + stoppedStreamRestsMs)
      logger.error({ err: error, stream, commitId, position: seq }, 'Kafka refuses this commit; its stream waits')
    }
  }

  const sendAll = async (sender: PartitionSender, lane: Lane, commits: Commit[]) => {
    try {
      for (const run of sender.runsOf(commits)) await sendRun(sender, lane, run)
    } catch (error) {
      logger.warn({ err: error, component: lane.name }, 'commits could not be published; trying again')
      await rest(laneRestsMs)
    } finally {
      busy.delete(lane.name)
      wakeUp.now()
    }
  }

  const isResting = (stream: string): boolean => {
    const until = refused.get(stream)
    if (until === undefined) return false
    if (performance.now() < until) return true
    refused.delete(stream)
    return false
  }

  /** Starts what can be sent. True when there is more to read than was read. */
  const round = async (sender: PartitionSender): Promise<boolean> => {
    const limit = Math.min(readAtOnce + withheld, mostReadAtOnce)
    // What was on its way when the reading began may be marked when it ends, and is then read as if it were not.
    const busyBefore = new Set(busy.keys())
    const commits = await outbox.unpublished(limit)
    const epoch = lease.epoch()
    if (epoch === undefined) return false
    const silent = commits.filter((commit) => sender.laneOf(commit) === undefined)
    if (silent.length > 0)
      await mark(
        silent.map(({ commitId }) => ({ commitId, ...nowhere })),
        epoch,
      )
    const lanes = new Map<string, { lane: Lane; commits: Commit[] }>()
    withheld = 0
    for (const commit of commits) {
      const lane = sender.laneOf(commit)
      if (lane === undefined) continue
      if (busyBefore.has(lane.name) || busy.has(lane.name) || isResting(commit.stream)) {
        withheld++
        continue
      }
      const found = lanes.get(lane.name)
      if (found === undefined) lanes.set(lane.name, { lane, commits: [commit] })
      else found.commits.push(commit)
    }
    for (const { lane, commits: due } of lanes.values()) busy.set(lane.name, sendAll(sender, lane, due))
    if (commits.length < limit) return false
    await Promise.race([Promise.all([...lanes.keys()].map((name) => busy.get(name))), rest(roundMs)])
    return lanes.size > 0
  }

  const work = async () => {
    const sender = await createPartitionSender({ cluster, source, topics })
    try {
      while (!stopping.signal.aborted) {
        wakeUp.listen()
        await lease.keep()
        if (lease.epoch() === undefined) await rest(leaseTakenByOtherMs)
        else if (!(await round(sender))) await wakeUp.orAt(Date.now() + pollMs)
      }
      await Promise.race([Promise.all(busy.values()), pause(closeWithinMs)])
    } finally {
      await sender.close()
    }
  }

  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        await cluster.whenReady()
        await work()
      } catch (error) {
        if (stopping.signal.aborted) return
        logger.error({ err: error, source }, error instanceof TopicsMissing ? error.message : 'relay could not work; trying again')
        await rest(faultMs)
      }
    }
  }

  const stopListening = outbox.onAppend(wakeUp.now)
  const stopTelling = tellOutbox(outbox)
  const running = run()

  return {
    health() {
      const reason = cluster.fault()
      return reason === undefined ? { live: true } : { live: false, reason }
    },
    async close() {
      stopping.abort()
      stopListening()
      stopTelling()
      wakeUp.now()
      if (cluster.ready()) await running
      await lease.release().catch((error: unknown) => logger.debug({ err: error, source }, 'the lease runs out by itself'))
    },
  }
}

type PartitionSender = Awaited<ReturnType<typeof createPartitionSender>>
