import { readFileSync } from 'node:fs'
import type { Permission, Topic } from '@samresa/bus'
import { parse } from 'yaml'

/** What the brokers should have. */
export interface TopicPlan {
  topics: Map<string, Topic>
  permissions: Permission[]
}

interface TopicsFile {
  partitions: number
  replication: number
  config: Record<string, unknown>
  principals: Record<string, string>
  groups: Record<string, string>
  topics: Record<string, { told: string[]; heard: string[]; config?: Record<string, unknown> }>
}

const file = new URL('../topics.yaml', import.meta.url)

/** The plan of topics.yaml with so many replicas. Throws when a topic names somebody without a principal. */
export function readTopicPlan(replication?: number): TopicPlan {
  return planFrom(parse(readFileSync(file, 'utf8')) as TopicsFile, replication)
}

/** The number of replicas that topics.yaml asks for. */
export const wantedReplication = (): number => (parse(readFileSync(file, 'utf8')) as TopicsFile).replication

function planFrom(wanted: TopicsFile, replication = wanted.replication): TopicPlan {
  const principalOf = (name: string): string => {
    const principal = wanted.principals[name]
    if (principal === undefined) throw new Error(`topics.yaml names ${name}, who has no principal`)
    return principal
  }
  const topics = Object.entries(wanted.topics)
  return {
    topics: new Map(
      topics.map(([name, { config }]) => {
        const settings = textsOf({ ...wanted.config, ...config })
        const enough = String(Math.min(replication, Number(settings['min.insync.replicas'])))
        return [name, { partitions: wanted.partitions, replication, config: { ...settings, 'min.insync.replicas': enough } }]
      }),
    ),
    permissions: [
      ...topics.flatMap(([name, { told, heard }]) => [
        ...told.map((who) => ({ principal: principalOf(who), may: 'write', on: 'topic', name }) as const),
        ...heard.map((who) => ({ principal: principalOf(who), may: 'read', on: 'topic', name }) as const),
      ]),
      ...Object.entries(wanted.groups).map(([who, name]) => ({ principal: principalOf(who), may: 'read', on: 'groups', name }) as const),
    ],
  }
}

const textsOf = (config: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(config).map(([name, value]) => [name, String(value)]))
