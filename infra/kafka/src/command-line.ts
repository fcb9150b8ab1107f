import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { connectKafka, type KafkaCluster } from '@samresa/bus'
import { createLogger } from '@samresa/telemetry'
import type { TopicsOptions } from './apply-topics.ts'

const usage = (command: string) =>
  `usage: npm run -s ${command} -- [--prefix P] [--replication N]
KAFKA_BROKERS names the brokers; KAFKA_TOPIC_PREFIX is the prefix by default. KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD (or
KAFKA_SASL_PASSWORD_FILE) and KAFKA_CA_FILE name a user who may administer topics.`

/** Runs a command on the brokers that the environment names. Rejects with the usage when something is missing, or when no broker answers. */
export async function withTopicOptions<T>(command: string, work: (options: TopicsOptions) => Promise<T>): Promise<T> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { prefix: text, replication: text } })
  const replication = values.replication === undefined ? undefined : Number(values.replication)
  const { env } = process
  const brokers = env['KAFKA_BROKERS']
  if (!brokers || (replication !== undefined && !(Number.isInteger(replication) && replication > 0))) throw new Error(usage(command))
  const cluster = await connectTo(brokers, values.prefix ?? env['KAFKA_TOPIC_PREFIX'] ?? '', env)
  try {
    if (!cluster.ready()) throw new Error(`No Kafka broker answers at ${brokers}`)
    return await work({ cluster, replication })
  } finally {
    await cluster.close()
  }
}

function connectTo(brokers: string, topicPrefix: string, env: NodeJS.ProcessEnv): Promise<KafkaCluster> {
  const username = env['KAFKA_SASL_USERNAME']
  const passwordFile = env['KAFKA_SASL_PASSWORD_FILE']
  const password = env['KAFKA_SASL_PASSWORD'] ?? (passwordFile && readFileSync(passwordFile, 'utf8').trim())
  const caFile = env['KAFKA_CA_FILE']
  return connectKafka({
    brokers: brokers.split(','),
    clientId: 'samresa-topics',
    topicPrefix,
    ...(username ? { sasl: { username, password: password ?? '' } } : {}),
    ...(caFile ? { ssl: { ca: readFileSync(caFile, 'utf8') } } : {}),
    logger: createLogger({ service: 'topics', level: 'silent' }),
  })
}
