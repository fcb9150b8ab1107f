import { parseArgs } from 'node:util'
import { connectKafka } from '@samresa/bus'
import { kafkaOptionsFrom, kafkaSettings } from '@samresa/bus/kafka-settings'
import { readSettings } from '@samresa/config'
import { createLogger } from '@samresa/telemetry'
import type { TopicsOptions } from './apply-topics.ts'

const usage = (command: string) =>
  `usage: npm run -s ${command} -- [--prefix P] [--replication N]
The brokers and a user who may administer them are named by KAFKA_… as for a service (docs/settings.md); KAFKA_TOPIC_PREFIX is the prefix by default.`

/**
 * Runs a command on the brokers that the environment names. Rejects with the usage, with ConfigurationFault when settings are missing or wrong,
 * or when no broker answers.
 */
export async function withTopicOptions<T>(command: string, work: (options: TopicsOptions) => Promise<T>): Promise<T> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { prefix: text, replication: text } })
  const replication = values.replication === undefined ? undefined : Number(values.replication)
  if (replication !== undefined && !(Number.isInteger(replication) && replication > 0)) throw new Error(usage(command))
  const kafka = kafkaOptionsFrom(readSettings(kafkaSettings, process.env))
  const cluster = await connectKafka({
    ...kafka,
    topicPrefix: values.prefix ?? kafka.topicPrefix ?? '',
    clientId: 'samresa-topics',
    logger: createLogger({ service: 'topics', level: 'silent' }),
  })
  try {
    if (!cluster.ready()) throw new Error(`No Kafka broker answers at ${kafka.brokers.join(',')}`)
    return await work({ cluster, replication })
  } finally {
    await cluster.close()
  }
}
