import { readFileSync } from 'node:fs'
import { addresses, file, neededWith, oneOf, optional, secret, type Values, word } from '@samresa/config'
import type { KafkaOptions } from './kafka-cluster.ts'

/** Where the brokers are, and how whoever works with them is let in. */
export const kafkaSettings = {
  kafkaBrokers: addresses('KAFKA_BROKERS', { meaning: 'Brokers to begin with.', example: 'kafka-0:9092,kafka-1:9092,kafka-2:9092' }),
  topicPrefix: optional(
    word(
      'KAFKA_TOPIC_PREFIX',
      { meaning: 'Goes before the names of topics and consumer groups, so that several installations share brokers.', example: 'test.' },
      /^[\w.-]{1,64}$/,
    ),
  ),
  kafkaUser: neededWith(
    'KAFKA_SASL_PASSWORD',
    word('KAFKA_SASL_USERNAME', { meaning: 'Signs in at the brokers with SCRAM-SHA-512.', example: 'samresa-planning' }),
  ),
  kafkaPassword: neededWith('KAFKA_SASL_USERNAME', secret('KAFKA_SASL_PASSWORD', { meaning: 'The password of KAFKA_SASL_USERNAME.' })),
  kafkaTls: oneOf('KAFKA_TLS', ['off', 'on'], {
    meaning: 'Whether the connection to the brokers is encrypted; always when KAFKA_CA_FILE is set.',
    otherwise: 'off',
    example: 'on',
  }),
  kafkaCaFile: optional(
    file('KAFKA_CA_FILE', {
      meaning: 'The certificate authority of the brokers, PEM, when it is not a public one.',
      example: '/run/certs/kafka-ca.pem',
    }),
  ),
}

/** The brokers that the settings name, as `connectKafka` takes them. */
export function kafkaOptionsFrom(settings: Values<typeof kafkaSettings>): Omit<KafkaOptions, 'clientId' | 'logger'> {
  const { kafkaBrokers, topicPrefix, kafkaUser, kafkaPassword = '', kafkaTls, kafkaCaFile } = settings
  return {
    brokers: kafkaBrokers,
    ssl: kafkaCaFile === undefined ? kafkaTls === 'on' : { ca: readFileSync(kafkaCaFile, 'utf8') },
    ...(topicPrefix !== undefined && { topicPrefix }),
    ...(kafkaUser !== undefined && { sasl: { username: kafkaUser, password: kafkaPassword } }),
  }
}
