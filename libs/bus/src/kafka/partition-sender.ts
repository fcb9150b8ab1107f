import type { Commit, PublishMark } from '@samresa/store'
import { inSpan } from '@samresa/telemetry'
import kafkajs, { CompressionTypes, type Message, Partitioners, type PartitionMetadata } from 'kafkajs'
import type { KafkaCluster } from './kafka-cluster.ts'
import { keyOfCommit, messagesFrom, topicOfCommit } from './record-format.ts'

/** One partition as the relay sees it: what has one request on its way at a time. */
export interface Lane {
  /** Topic and partition. */
  name: string
  topic: string
  partition: number
}

const mostRecords = 1000
/** UTF-16 units of events in one request. */
const largestRequest = 1_000_000
const compressFrom = 4096

/** True when Kafka has answered and will never take what was sent: it is the record's fault, not the moment's. */
export function isRefused(error: unknown): boolean {
  if (error instanceof kafkajs.KafkaJSProtocolError) return !error.retriable
  return error instanceof Error && error.cause !== undefined && isRefused(error.cause)
}

/** The producer of one relay. Rejects when no broker answers, or a topic is missing. */
export async function createPartitionSender({ cluster, source, topics }: { cluster: KafkaCluster; source: string; topics: string[] }) {
  const partitions = await cluster.partitionsOf(topics)
  const partitioner = Partitioners.DefaultPartitioner()
  const metadata = new Map(
    [...partitions].map(([topic, count]) => [
      topic,
      Array.from({ length: count }, (_, partitionId) => ({ partitionId }) as PartitionMetadata),
    ]),
  )
  // Not idempotent: kafkajs gives a failed request's sequence numbers to the next one, which Kafka then takes for a repeat and drops.
  const producer = cluster.sending.producer({
    idempotent: false,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  const lanes = new Map<string, Lane>()

  return {
    /** Where a commit goes; undefined when that is none of our topics. */
    laneOf(commit: Commit): Lane | undefined {
      const topic = topicOfCommit(commit)
      const partitionMetadata = topic === undefined ? undefined : metadata.get(topic)
      if (topic === undefined || partitionMetadata === undefined) return
      const partition = partitioner({ topic, partitionMetadata, message: { key: keyOfCommit(commit), value: null } })
      const name = `${topic}/${partition}`
      const lane = lanes.get(name) ?? { name, topic, partition }
      lanes.set(name, lane)
      return lane
    },

    /** Cuts commits into runs that are a request each. */
    *runsOf(commits: Commit[]): Generator<Commit[]> {
      let run: Commit[] = []
      let records = 0
      let size = 0
      for (const commit of commits) {
        const length = JSON.stringify(commit.events).length
        if (run.length > 0 && (records + commit.events.length > mostRecords || size + length > largestRequest)) {
          yield run
          run = []
          records = 0
          size = 0
        }
        run.push(commit)
        records += commit.events.length
        size += length
      }
      yield run
    },

    /** Sends a run to one partition, all or nothing; resolves with the marks when enough replicas have it. What rejects may be there all the same. */
    async send({ topic, partition }: Lane, commits: Commit[], epoch: number): Promise<PublishMark[]> {
      const messages = commits.map((commit) => messagesFrom(source, commit, epoch).map((message): Message => ({ ...message, partition })))
      const all = messages.flat()
      const size = all.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
      const sending = producer.send({
        topic: cluster.topicPrefix + topic,
        messages: all,
        acks: -1,
        timeout: 30_000,
        compression: size > compressFrom ? CompressionTypes.GZIP : CompressionTypes.None,
      })
      const attributes = { 'messaging.system': 'kafka', 'messaging.destination.name': topic, 'messaging.operation.type': 'send' }
      for (const { traceparent } of commits) {
        if (traceparent === undefined) continue
        // The span ends with the request; its failure is told by the request itself.
        inSpan(`send ${topic}`, { kind: 'producer', parent: traceparent, attributes }, () => sending).catch(() => undefined)
      }
      const [answer] = await sending
      let offset = BigInt(answer!.baseOffset!) - 1n
      return commits.map(({ commitId, events }) => {
        offset += BigInt(events.length)
        return { commitId, topic, partition, offset: String(offset) }
      })
    },

    close: () => producer.disconnect(),
  }
}
