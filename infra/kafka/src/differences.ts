import type { Permission, Topic } from '@samresa/bus'
import type { TopicPlan } from './topics-file.ts'

/** What the brokers have; permissions are undefined where they check nobody. */
export interface FoundTopics {
  topics: Map<string, Topic>
  permissions: Permission[] | undefined
}

export interface Differences {
  missing: Map<string, Topic>
  /** Topics of ours that nobody plans: never removed by a command. */
  extra: string[]
  /** Topics with other settings, and the settings they should have. */
  configs: Map<string, { wanted: Record<string, string>; lines: string[] }>
  /** What cannot be changed while the topic lives. */
  fixed: string[]
  toPermit: Permission[]
  toForbid: Permission[]
}

/** What has to happen before the brokers are as planned. */
export function differencesOf(plan: TopicPlan, found: FoundTopics): Differences {
  const configs: Differences['configs'] = new Map()
  const fixed: string[] = []
  for (const [name, wanted] of plan.topics) {
    const topic = found.topics.get(name)
    if (topic === undefined) continue
    const lines = configLines(name, wanted.config, topic.config)
    if (lines.length > 0) configs.set(name, { wanted: wanted.config, lines })
    if (topic.partitions !== wanted.partitions) fixed.push(`${name} has ${topic.partitions} partitions, not ${wanted.partitions}`)
    if (topic.replication !== wanted.replication) fixed.push(`${name} has ${topic.replication} replicas, not ${wanted.replication}`)
  }
  const wantedLines = new Set(plan.permissions.map(lineOf))
  const foundLines = new Set(found.permissions?.map(lineOf))
  return {
    missing: new Map([...plan.topics].filter(([name]) => !found.topics.has(name))),
    extra: [...found.topics.keys()].filter((name) => !plan.topics.has(name)),
    configs,
    fixed,
    toPermit: found.permissions === undefined ? [] : plan.permissions.filter((permission) => !foundLines.has(lineOf(permission))),
    toForbid: (found.permissions ?? []).filter((permission) => !wantedLines.has(lineOf(permission))),
  }
}

/** One line for each difference, none when everything is as planned. */
export function linesOf({ missing, extra, configs, fixed, toPermit, toForbid }: Differences): string[] {
  return [
    ...[...missing.keys()].map((name) => `${name} is missing`),
    ...extra.map((name) => `${name} is not in topics.yaml`),
    ...[...configs.values()].flatMap(({ lines }) => lines),
    ...fixed,
    ...toPermit.map((permission) => `missing: ${lineOf(permission)}`),
    ...toForbid.map((permission) => `not in topics.yaml: ${lineOf(permission)}`),
  ]
}

export const lineOf = ({ principal, may, on, name }: Permission): string =>
  `${principal} may ${may} ${on === 'topic' ? name : `with groups ${name}*`}`

const configLines = (topic: string, wanted: Record<string, string>, found: Record<string, string>): string[] =>
  [...new Set([...Object.keys(wanted), ...Object.keys(found)])]
    .filter((name) => wanted[name] !== found[name])
    .map((name) => `${topic} has ${name}=${found[name] ?? '(default)'}, not ${wanted[name] ?? '(default)'}`)
