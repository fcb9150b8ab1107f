import { setTimeout as pause } from 'node:timers/promises'
import type { ConnectionOptions } from 'node:tls'
import type { Logger } from '@samresa/telemetry'
import { type Admin, Kafka, type KafkaConfig, logLevel } from 'kafkajs'
import { askApiVersions, unspokenApis } from './api-versions.ts'
import { filterTimerWarning, kafkaLogCreator } from './kafka-log.ts'

export interface KafkaOptions {
  /** `host:port` of some brokers; the others are found by them. */
  brokers: string[]
  clientId: string
  /** Goes before the names of topics and groups, so that several installations can share servers. */
  topicPrefix?: string
  /** SCRAM-SHA-512. */
  sasl?: { username: string; password: string }
  ssl?: boolean | ConnectionOptions
  logger: Logger
}

export interface KafkaCluster {
  readonly topicPrefix: string
  /** True once a broker has answered that suits us. */
  ready(): boolean
  /** Why this cluster can not be worked with although it answers: nothing that time heals. */
  fault(): string | undefined
  /** Resolves when `ready`, rejects when closed. */
  whenReady(): Promise<void>
  /** How many partitions these topics have, by their names without prefix. Rejects with TopicsMissing, or when no broker answers. */
  partitionsOf(topics: readonly string[]): Promise<Map<string, number>>
  /** The client of what is sent and of administration: it gives up after some seconds, since its callers repeat. */
  readonly sending: Kafka
  /** The client of consumers: it goes on trying, but where no broker says who leads a group, which stops a consumer for good. */
  readonly hearing: Kafka
  /** Administration, connected. Rejects when no broker answers. */
  admin(): Promise<Admin>
  close(): Promise<void>
}

const againMs = 1000

/** The brokers answer, but lack topics. */
export class TopicsMissing extends Error {
  override readonly name = 'TopicsMissing'
  constructor(topics: readonly string[]) {
    super(`Kafka lacks the topic ${topics.join(', ')}: create what is missing by npm run topics:apply`)
  }
}

/** Rejects with TopicsMissing when a broker says so. That none answers at the moment is no reason: whoever starts then goes on asking. */
export async function requireTopics(cluster: Pick<KafkaCluster, 'ready' | 'partitionsOf'>, topics: readonly string[]): Promise<void> {
  if (!cluster.ready()) return
  try {
    await cluster.partitionsOf(topics)
  } catch (error) {
    if (error instanceof TopicsMissing) throw error
  }
}

/** The brokers answer, but cannot be worked with. */
export class KafkaUnsuitable extends Error {
  override readonly name = 'KafkaUnsuitable'
}

/**
 * Clients for the brokers. Rejects when one answers that cannot be worked with: wrong versions, wrong password. When none answers, it
 * resolves all the same and goes on asking: a service starts without its brokers.
 */
export async function connectKafka(options: KafkaOptions): Promise<KafkaCluster> {
  const { brokers, clientId, topicPrefix = '', sasl, ssl = false, logger } = options
  filterTimerWarning()
  const client = (retries: number): Kafka => {
    const config: KafkaConfig = {
      brokers,
      clientId,
      ssl,
      ...(sasl === undefined ? {} : { sasl: { mechanism: 'scram-sha-512', ...sasl } }),
      connectionTimeout: 3000,
      requestTimeout: 10_000,
      retry: { initialRetryTime: 200, maxRetryTime: 2000, retries },
      logLevel: logLevel.WARN,
      logCreator: kafkaLogCreator(logger),
    }
    return new Kafka(config)
  }
  const sending = client(5)
  const hearing = client(100_000)
  const readiness = Promise.withResolvers<void>()
  readiness.promise.catch(() => undefined)
  let ready = false
  let closed = false
  let fault: string | undefined
  let connecting: Promise<Admin> | undefined
  /** Why the last attempt found no broker. */
  let absence: unknown

  const connectAdmin = async () => {
    const admin = sending.admin()
    await admin.connect()
    return admin
  }
  const admin = () => {
    connecting ??= connectAdmin().catch((error: unknown) => {
      connecting = undefined
      throw error
    })
    return connecting
  }

  /** True when a broker answers that suits us, false when none answers. */
  const probe = async (): Promise<boolean> => {
    for (const broker of brokers) {
      const ranges = await askApiVersions(broker, ssl).catch((error: unknown) => {
        absence = error
      })
      if (ranges === undefined) continue
      const unspoken = unspokenApis(ranges)
      if (unspoken.length > 0) throw new KafkaUnsuitable(`The Kafka broker ${broker} cannot be worked with. ${unspoken.join('. ')}.`)
      return signIn(broker)
    }
    return false
  }
  const signIn = async (broker: string): Promise<boolean> => {
    try {
      await admin()
      return true
    } catch (error) {
      absence = error
      if (!isRefusedSignIn(error)) return false
      throw new KafkaUnsuitable(`The Kafka broker ${broker} refuses the user ${sasl?.username}.`, { cause: error })
    }
  }

  const tryUntilReady = async () => {
    logger.warn({ address: brokers.join(' '), err: absence }, 'No Kafka broker answers; trying again')
    while (!closed && fault === undefined) {
      await pause(againMs)
      try {
        ready = await probe()
      } catch (error) {
        fault = (error as Error).message
        logger.error({ err: error }, fault)
      }
      if (!ready) continue
      logger.info({ address: brokers.join(' ') }, 'Kafka answers')
      return readiness.resolve()
    }
    readiness.reject(new Error(fault ?? 'The Kafka clients are closed'))
  }

  ready = await probe()
  if (ready) readiness.resolve()
  else void tryUntilReady()

  return {
    topicPrefix,
    sending,
    hearing,
    admin,
    ready: () => ready,
    fault: () => fault,
    whenReady: () => readiness.promise,
    async partitionsOf(topics) {
      // Asked for all: asked for one that is missing, the client would ask again and again.
      const { topics: found } = await (await admin()).fetchTopicMetadata()
      const partitions = new Map(found.map(({ name, partitions }) => [name, partitions.length]))
      const missing = topics.map((topic) => topicPrefix + topic).filter((topic) => !partitions.has(topic))
      if (missing.length > 0) throw new TopicsMissing(missing)
      return new Map(topics.map((topic) => [topic, partitions.get(topicPrefix + topic)!]))
    },
    async close() {
      closed = true
      await (await connecting?.catch(() => undefined))?.disconnect()
    },
  }
}

function isRefusedSignIn(error: unknown): boolean {
  const { name, cause } = error as { name?: string; cause?: unknown }
  return name === 'KafkaJSSASLAuthenticationError' || (cause instanceof Error && isRefusedSignIn(cause))
}
