import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import { quickToStart } from './programs.ts'
import { host, type ServerRecipe } from './server-process.ts'

const controllerPort = (port: number) => port + 100
/** A broker listens there too, and says to whom comes that way that it is reached by `detourPort`: where a test puts itself in between. */
export const innerDetourPort = (port: number) => port + 120
export const detourPort = (port: number) => port + 140
/** Of a guarded broker: where it asks for TLS and a password. */
export const guardedPort = (port: number) => port + 160
/** Every port that belongs to the broker on this one. */
export const kafkaPortsOf = (port: number): number[] => [
  port,
  controllerPort(port),
  innerDetourPort(port),
  detourPort(port),
  guardedPort(port),
]

/**
 * Brokers that also listen where only TLS and a password (SCRAM-SHA-512) let anybody in, and that check what each may do. On their usual
 * listener everybody may do everything; so may `admin` on this one.
 */
export interface KafkaGuard {
  /** A PEM file: the key, then its certificate. */
  keystore: string
  /** Passwords by user. */
  users: Record<string, string>
}

const clusterId = 'c2FtcmVzYS1lbmdpbmVzMQ'

/** Brokers that are controllers too (KRaft): broker i on port + i, its controller 100 above. Three keep every record twice at least. */
export function kafkaRecipes(program: string, data: string, port: number, nodes: number, guard?: KafkaGuard): ServerRecipe[] {
  const classes = join(program, '*')
  const ids = Array.from({ length: nodes }, (_, id) => id)
  const voters = ids.map((id) => `${id}@${host}:${controllerPort(port + id)}`).join(',')
  return ids.map((id) => {
    const name = `kafka-${id}`
    const properties = join(data, name, 'server.properties')
    const log = join(data, name, 'log')
    return {
      name,
      port: port + id,
      command: 'java',
      args: [...quickToStart, '-Xms128m', '-Xmx512m', ...quietLog, '-cp', classes, 'kafka.Kafka', properties],
      layOut: async () => {
        writeFileSync(properties, propertiesOf({ id, port: port + id, voters, log, nodes, guard }))
        if (existsSync(join(log, 'meta.properties'))) return
        const users = Object.entries(guard?.users ?? {}).map(([name, password]) => `SCRAM-SHA-512=[name=${name},password=${password}]`)
        const format = [
          ...['-cp', classes, 'kafka.tools.StorageTool', 'format', '--cluster-id', clusterId, '--config', properties],
          ...users.flatMap((user) => ['--add-scram', user]),
        ]
        await promisify(execFile)('java', [...quickToStart, ...format])
      },
    }
  })
}

interface BrokerShape {
  id: number
  port: number
  voters: string
  log: string
  nodes: number
  guard: KafkaGuard | undefined
}

const quietLog = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true']

function propertiesOf({ id, port, voters, log, nodes, guard }: BrokerShape): string {
  const replicas = Math.min(nodes, 3)
  const inSync = Math.max(1, replicas - 1)
  const listeners: [name: string, protocol: string, port: number, advertised?: number][] = [
    ['PLAINTEXT', 'PLAINTEXT', port, port],
    ['DETOUR', 'PLAINTEXT', innerDetourPort(port), detourPort(port)],
    ['CONTROLLER', 'PLAINTEXT', controllerPort(port)],
  ]
  if (guard !== undefined) listeners.push(['GUARDED', 'SASL_SSL', guardedPort(port), guardedPort(port)])
  const advertised = listeners.filter(([, , , to]) => to !== undefined)
  return `${[
    'process.roles=broker,controller',
    `node.id=${id}`,
    `controller.quorum.voters=${voters}`,
    `listeners=${listeners.map(([name, , on]) => `${name}://${host}:${on}`).join(',')}`,
    `advertised.listeners=${advertised.map(([name, , , to]) => `${name}://${host}:${to}`).join(',')}`,
    `listener.security.protocol.map=${listeners.map(([name, protocol]) => `${name}:${protocol}`).join(',')}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${log}`,
    'num.partitions=6',
    `default.replication.factor=${replicas}`,
    `min.insync.replicas=${inSync}`,
    `offsets.topic.replication.factor=${replicas}`,
    `transaction.state.log.replication.factor=${replicas}`,
    `transaction.state.log.min.isr=${inSync}`,
    `share.coordinator.state.topic.replication.factor=${replicas}`,
    `share.coordinator.state.topic.min.isr=${inSync}`,
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=false',
    ...(guard === undefined ? [] : guarding(guard)),
  ].join('\n')}\n`
}

const guarding = ({ keystore }: KafkaGuard): string[] => [
  'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users=User:ANONYMOUS;User:admin',
  'sasl.enabled.mechanisms=SCRAM-SHA-512',
  'listener.name.guarded.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;',
  'ssl.keystore.type=PEM',
  `ssl.keystore.location=${keystore}`,
]

/** Whether all of so many brokers are there and every partition has a leader and all its copies. */
export async function brokersAgree(brokers: string[]): Promise<boolean> {
  const admin = new Kafka({ clientId: 'engines', brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin()
  try {
    await admin.connect()
    const [cluster, { topics }] = await Promise.all([admin.describeCluster(), admin.fetchTopicMetadata()])
    const whole = topics
      .flatMap(({ partitions }) => partitions)
      .every(({ leader, isr, replicas }) => leader >= 0 && isr.length === replicas.length)
    return cluster.brokers.length === brokers.length && whole
  } catch {
    return false
  } finally {
    await admin.disconnect()
  }
}

/** The number of the broker that leads this partition now. */
export async function leaderOf(brokers: string[], topic: string, partition: number): Promise<number> {
  const admin = new Kafka({ clientId: 'engines', brokers, logLevel: logLevel.NOTHING }).admin()
  try {
    await admin.connect()
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    const found = topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)
    if (found === undefined) throw new Error(`no partition ${partition} of ${topic}`)
    return found.leader
  } finally {
    await admin.disconnect()
  }
}
