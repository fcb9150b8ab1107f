import { setTimeout as pause } from 'node:timers/promises'
import kafkajs, { type AclEntry, type AclOperationTypes as Operation, type AclResourceTypes as Resource } from 'kafkajs'
import type { KafkaCluster } from './kafka-cluster.ts'

/** A topic as the brokers have it, or should. Names are without the cluster's prefix. */
export interface Topic {
  partitions: number
  replication: number
  /** Settings of this topic's own. */
  config: Record<string, string>
}

/** Somebody may read or write here, or be a member of groups whose names begin so. */
export interface Permission {
  principal: string
  may: 'read' | 'write'
  on: 'topic' | 'groups'
  name: string
}

/** What lies under the cluster's prefix: read, created, changed, removed. Everything rejects when the brokers refuse or do not answer. */
export interface TopicAdmin {
  brokers(): Promise<number>
  topics(): Promise<Map<string, Topic>>
  create(topics: Map<string, Topic>): Promise<void>
  /** Gives a topic these settings and no others. */
  configure(name: string, config: Record<string, string>): Promise<void>
  /** Undefined where the brokers check nobody. */
  permissions(): Promise<Permission[] | undefined>
  permit(permissions: Permission[]): Promise<void>
  forbid(permissions: Permission[]): Promise<void>
  /** Removes every topic and group under the prefix, which must not be empty. */
  removeAll(): Promise<void>
}

const {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ConfigResourceTypes,
  ConfigSource,
  KafkaJSProtocolError,
  ResourcePatternTypes,
} = kafkajs

const mostLooks = 100
/** A process that was killed is a member of its groups until its session is over, and a broker that has just begun to lead one needs a moment. */
const groupsEndWithinMs = 30_000
const groupsLookAgainMs = 500
const lookAgainMs = 50
const securityDisabled = 'SECURITY_DISABLED'
const ours = ['samresa.', 'out.']
const operations = { read: AclOperationTypes.READ, write: AclOperationTypes.WRITE }
const resources = { topic: AclResourceTypes.TOPIC, groups: AclResourceTypes.GROUP }

export function createTopicAdmin(cluster: KafkaCluster): TopicAdmin {
  const { topicPrefix } = cluster
  const isOurs = (name: string) => ours.some((begin) => name.startsWith(topicPrefix + begin))
  const bare = (name: string) => name.slice(topicPrefix.length)

  const aclFrom = ({ principal, may, on, name }: Permission): AclEntry => ({
    principal,
    host: '*',
    operation: operations[may],
    permissionType: AclPermissionTypes.ALLOW,
    resourceType: resources[on],
    resourceName: topicPrefix + name,
    resourcePatternType: on === 'groups' ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
  })

  const ownConfigs = async (names: string[]): Promise<Map<string, Record<string, string>>> => {
    if (names.length === 0) return new Map()
    const { resources: found } = await (await cluster.admin()).describeConfigs({
      includeSynonyms: false,
      resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
    })
    return new Map(
      found.map(({ resourceName, configEntries }) => [
        resourceName,
        Object.fromEntries(
          configEntries
            .filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG)
            .map(({ configName, configValue }) => [configName, configValue]),
        ),
      ]),
    )
  }

  return {
    async brokers() {
      return (await (await cluster.admin()).describeCluster()).brokers.length
    },
    async topics() {
      const { topics } = await (await cluster.admin()).fetchTopicMetadata()
      const found = topics.filter(({ name }) => isOurs(name))
      const configs = await ownConfigs(found.map(({ name }) => name))
      return new Map(
        found.map(({ name, partitions }) => {
          const replication = Math.min(...partitions.map(({ replicas }) => replicas.length))
          return [bare(name), { partitions: partitions.length, replication, config: configs.get(name) ?? {} }]
        }),
      )
    },
    async create(topics) {
      const admin = await cluster.admin()
      await admin.createTopics({
        // Its own way of waiting fails when a broker has not heard of the topic yet.
        waitForLeaders: false,
        topics: [...topics].map(([name, { partitions, replication, config }]) => ({
          topic: topicPrefix + name,
          numPartitions: partitions,
          replicationFactor: replication,
          configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
        })),
      })
      const names = [...topics.keys()].map((name) => topicPrefix + name)
      for (let attempt = 0; attempt < mostLooks; attempt++) {
        const known = new Set(await admin.listTopics())
        if (names.every((name) => known.has(name))) return
        await pause(lookAgainMs)
      }
    },
    async configure(name, config) {
      const configEntries = Object.entries(config).map(([entry, value]) => ({ name: entry, value }))
      const resource = { type: ConfigResourceTypes.TOPIC, name: topicPrefix + name, configEntries }
      await (await cluster.admin()).alterConfigs({ validateOnly: false, resources: [resource] })
    },
    async permissions() {
      try {
        const { resources: found } = await (await cluster.admin()).describeAcls({
          resourceType: AclResourceTypes.ANY,
          resourcePatternType: ResourcePatternTypes.ANY,
          operation: AclOperationTypes.ANY,
          permissionType: AclPermissionTypes.ALLOW,
        })
        return found.flatMap((resource) => (isOurs(resource.resourceName) ? permissionsFrom(resource, bare(resource.resourceName)) : []))
      } catch (error) {
        if (error instanceof KafkaJSProtocolError && error.type === securityDisabled) return
        throw error
      }
    },
    async permit(permissions) {
      await (await cluster.admin()).createAcls({ acl: permissions.map(aclFrom) })
    },
    async forbid(permissions) {
      await (await cluster.admin()).deleteAcls({ filters: permissions.map(aclFrom) })
    },
    async removeAll() {
      if (topicPrefix === '') throw new TypeError('Without a prefix this would be every installation on these brokers')
      const admin = await cluster.admin()
      const topics = (await admin.listTopics()).filter(isOurs)
      if (topics.length > 0) await admin.deleteTopics({ topics })
      for (const giveUpAt = performance.now() + groupsEndWithinMs; ; await pause(groupsLookAgainMs)) {
        const { groups } = await admin.listGroups()
        const groupIds = groups.map(({ groupId }) => groupId).filter(isOurs)
        if (groupIds.length === 0) return
        const refusal: unknown = await admin.deleteGroups(groupIds).then(
          () => new Error(`The groups ${groupIds.join(', ')} come again`),
          (error: unknown) => error,
        )
        if (performance.now() > giveUpAt) throw refusal
      }
    },
  }
}

interface FoundAcls {
  resourceType: Resource
  acls: { principal: string; operation: Operation }[]
}

function permissionsFrom({ resourceType, acls }: FoundAcls, name: string): Permission[] {
  const on = resourceType === AclResourceTypes.GROUP ? 'groups' : 'topic'
  return acls.flatMap(({ principal, operation }) =>
    operation === AclOperationTypes.READ || operation === AclOperationTypes.WRITE
      ? [{ principal, may: operation === AclOperationTypes.READ ? 'read' : 'write', on, name } as const]
      : [],
  )
}
