import { setTimeout as pause } from 'node:timers/promises'
import type { Commit, Leases, Outbox, PublishMark } from '@samresa/store'
import type { Logger } from '@samresa/telemetry'
import { createWakeUp } from '../consumer/wake-up.ts'
import { topicsOf } from '../topics.ts'
import { createHeldLease } from './held-lease.ts'
import type { PartHealth } from './kafka-bus.ts'
import { type KafkaCluster, requireTopics, TopicsMissing } from './kafka-cluster.ts'
import { tellOutbox } from './outbox-gauges.ts'
import { createPartitionSender, isRefused, type Lane } from './partition-sender.ts'
import { topicOfCommit } from './record-format.ts'

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
const gatherMs = 25
const readAtOnce = 500
const laneRestsMs = 1000
const stoppedStreamRestsMs = 30_000
const leaseTakenByOtherMs = 500
/** Marks wait so long for others, or until they are so many: each write of marks is a transaction, and what is not marked at a crash is only sent again. */
const marksGatherMs = 200
const enoughMarks = 64
const mostMarksAtOnce = 1000
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
  /** The next reading begins behind this stream, so that what waits for its partition holds up no other; undefined: at the first. */
  let after: string | undefined
  /** Lanes that ask for another reading when they end: there was something for them while they were busy. */
  const withheld = new Set<string>()
  /** What Kafka has and the store does not know of yet: still read as unpublished, and not sent again. */
  const acknowledged = new Map<string, { mark: PublishMark; epoch: number }>()
  let marking: Promise<void> | undefined
  const marksGathered = createWakeUp()
  await requireTopics(cluster, topics)

  const rest = (ms: number) => pause(ms, undefined, { signal: stopping.signal }).catch(() => undefined)

  /** Rejects when the store does not answer; what is not marked then is marked the next time. */
  const markAll = async () => {
    for (let [first] = acknowledged.values(); first !== undefined; [first] = acknowledged.values()) {
      const { epoch } = first
      const due = [...acknowledged.values()].filter((one) => one.epoch === epoch).slice(0, mostMarksAtOnce)
      const marks = due.map(({ mark }) => mark)
      const outcome = await outbox.markPublished(marks, { name: lease.name, epoch })
      // Whoever is newer reads what is refused as unpublished, and sends it again.
      for (const { commitId } of marks) acknowledged.delete(commitId)
      if (outcome === 'refused' && lease.epoch() === epoch) lease.lose()
    }
  }

  const keepMarking = async () => {
    do {
      marksGathered.listen()
      if (acknowledged.size < enoughMarks) await marksGathered.orAt(Date.now() + marksGatherMs)
      const hidesOthers = acknowledged.size >= readAtOnce
      try {
        await markAll()
        if (hidesOthers) wakeUp.now()
      } catch (error) {
        logger.warn({ err: error, source }, 'what Kafka has could not be marked; trying again')
        await rest(laneRestsMs)
      }
    } while (acknowledged.size > 0 && !stopping.signal.aborted)
    marking = undefined
  }

  const markSoon = (marks: PublishMark[], epoch: number) => {
    for (const mark of marks) acknowledged.set(mark.commitId, { mark, epoch })
    if (acknowledged.size >= enoughMarks) marksGathered.now()
    marking ??= keepMarking()
  }

  /** Nothing more of this stream is sent for a while. */
  const stop = ({ stream, commitId, seq }: Commit, error: unknown) => {
    refused.set(stream, performance.now() + stoppedStreamRestsMs)
    logger.error({ err: error, stream, commitId, position: seq }, 'this commit cannot be published; its stream waits')
  }

  /** Sends a run of commits, to be marked soon; when it is refused, one commit after the other, so that only a stream at fault stops. */
  const sendRun = async (sender: PartitionSender, lane: Lane, run: Commit[]): Promise<void> => {
    const due = run.filter(({ stream }) => !refused.has(stream))
    const epoch = lease.epoch()
    if (epoch === undefined || due.length === 0) return
    try {
      markSoon(await sender.send(lane, due, epoch), epoch)
    } catch (error) {
      if (!isRefused(error)) throw error
      if (due.length === 1) return stop(due[0]!, error)
      for (const commit of due) await sendRun(sender, lane, [commit])
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
      if (withheld.has(lane.name)) wakeUp.now()
    }
  }

  const isResting = (stream: string): boolean => {
    const until = refused.get(stream)
    if (until === undefined) return false
    if (performance.now() < until) return true
    refused.delete(stream)
    return false
  }

  /** Starts what can be sent. True when there is more to read at once. */
  const round = async (sender: PartitionSender): Promise<boolean> => {
    // What was on its way when the reading began may have arrived, or be marked, when it ends, and is then read as if it were not.
    const [busyBefore, acknowledgedBefore] = [new Set(busy.keys()), new Set(acknowledged.keys())]
    if (after === undefined) withheld.clear()
    const read = await outbox.unpublished(readAtOnce, after)
    const epoch = lease.epoch()
    if (epoch === undefined) return false
    const commits = read.filter(({ commitId }) => !acknowledgedBefore.has(commitId) && !acknowledged.has(commitId))
    const silent = commits.filter((commit) => topicOfCommit(commit) === undefined)
    if (silent.length > 0) {
      const marks = silent.map(({ commitId }) => ({ commitId, ...nowhere }))
      markSoon(marks, epoch)
    }
    const lanes = new Map<string, { lane: Lane; commits: Commit[] }>()
    for (const commit of commits) {
      if (topicOfCommit(commit) === undefined || isResting(commit.stream)) continue
      const lane = sender.laneOf(commit)
      if (lane === undefined) {
        stop(commit, new Error(`${source} tells in ${topics.join(', ')}, and not in ${topicOfCommit(commit)}`))
        continue
      }
      if (busyBefore.has(lane.name) || busy.has(lane.name)) {
        withheld.add(lane.name)
        continue
      }
      const found = lanes.get(lane.name)
      if (found === undefined) lanes.set(lane.name, { lane, commits: [commit] })
      else found.commits.push(commit)
    }
    // A lane that ended while we read has woken nobody.
    const isMissed = [...withheld].some((name) => !busy.has(name))
    for (const { lane, commits: due } of lanes.values()) busy.set(lane.name, sendAll(sender, lane, due))
    // A short reading may have been cut for its size, and nothing of it be due: then it goes on behind it all the same.
    after = read.length === readAtOnce || (lanes.size === 0 && commits.length > 0) ? read.at(-1)?.stream : undefined
    if (after === undefined && isMissed) return true
    // What is appended meanwhile is read together; a partition that is slow must not hold up the others.
    const sent = Promise.all([...lanes.keys()].map((name) => busy.get(name)))
    if (lanes.size > 0) await Promise.race([sent, rest(after === undefined ? gatherMs : roundMs)])
    return after !== undefined
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
      const finish = async () => {
        await Promise.all(busy.values())
        await marking
        await markAll()
      }
      await Promise.race([finish(), pause(closeWithinMs)])
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
      marksGathered.now()
      wakeUp.now()
      if (cluster.ready()) await running
      await lease.release().catch((error: unknown) => logger.warn({ err: error, source }, 'the relay of another process begins late'))
    },
  }
}

type PartitionSender = Awaited<ReturnType<typeof createPartitionSender>>
