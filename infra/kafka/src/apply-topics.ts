import { setTimeout as pause } from 'node:timers/promises'
import { createTopicAdmin, type KafkaCluster, type TopicAdmin } from '@samresa/bus'
import { type Differences, differencesOf, lineOf, linesOf } from './differences.ts'
import { readTopicPlan, type TopicPlan, wantedReplication } from './topics-file.ts'

export interface TopicsOptions {
  cluster: KafkaCluster
  /**
   * Replicas of each partition: as topics.yaml says by default, which fewer brokers refuse. `available`: as many as there are brokers when
   * those are fewer, for installations that may lose everything.
   */
  replication?: number | 'available' | undefined
}

const heardWithinMs = 10_000
const lookAgainMs = 100

/** Something that only a person can change. */
export class TopicsFixed extends Error {
  override readonly name = 'TopicsFixed'
}

/**
 * Makes the brokers as topics.yaml says and resolves with what was changed. Topics are never removed. Rejects with TopicsFixed before
 * anything is changed when a topic has other partitions or replicas: more partitions would move keys, and with them the order of streams.
 */
export async function applyTopics(options: TopicsOptions): Promise<string[]> {
  const admin = createTopicAdmin(options.cluster)
  const differences = await differencesNow(admin, options)
  const { missing, configs, fixed, toPermit, toForbid } = differences
  if (fixed.length > 0) throw new TopicsFixed(`${fixed.join('. ')}. See infra/kafka/README.md`)
  if (missing.size > 0) await admin.create(missing)
  for (const [name, { wanted }] of configs) await admin.configure(name, wanted)
  if (toPermit.length > 0) await admin.permit(toPermit)
  if (toForbid.length > 0) await admin.forbid(toForbid)
  // A broker hears of changes a moment after they are made: whoever checks next is not to be told of them.
  const giveUpAt = performance.now() + heardWithinMs
  for (let left = differences; isToChange(left) && performance.now() < giveUpAt; ) {
    await pause(lookAgainMs)
    // All of it is done: a broker that is away, or has not even heard of a topic, makes no failure of it.
    left = await differencesNow(admin, options).catch(() => left)
  }
  return [
    ...[...missing.keys()].map((name) => `created ${name}`),
    ...[...configs.keys()].map((name) => `configured ${name}`),
    ...toPermit.map((permission) => `permitted: ${lineOf(permission)}`),
    ...toForbid.map((permission) => `forbidden: ${lineOf(permission)}`),
  ]
}

/** One line for everything that is not as topics.yaml says. */
export const checkTopics = async (options: TopicsOptions): Promise<string[]> =>
  linesOf(await differencesNow(createTopicAdmin(options.cluster), options))

/** Removes every topic and group under the cluster's prefix, for an installation that is given up. Rejects without a prefix. */
export const removeTopics = ({ cluster }: { cluster: KafkaCluster }): Promise<void> => createTopicAdmin(cluster).removeAll()

const isToChange = ({ missing, configs, toPermit, toForbid }: Differences): boolean =>
  missing.size + configs.size + toPermit.length + toForbid.length > 0

async function differencesNow(admin: TopicAdmin, { replication }: TopicsOptions): Promise<Differences> {
  const plan: TopicPlan = readTopicPlan(replicasFor(replication, await admin.brokers()))
  const [topics, permissions] = [await admin.topics(), await admin.permissions()]
  return differencesOf(plan, { topics, permissions })
}

/** A broker that is away must not make topics with fewer replicas: they would keep them. */
function replicasFor(asked: TopicsOptions['replication'], brokers: number): number {
  const wanted = wantedReplication()
  if (typeof asked === 'number') return asked
  if (asked === 'available') return Math.min(wanted, brokers)
  if (brokers < wanted)
    throw new TopicsFixed(`Of ${wanted} brokers ${brokers} are there: start the others, or say --replication ${brokers}`)
  return wanted
}
