import type { Permission, Topic } from '@samresa/bus'
import { expect, test } from 'vitest'
import { differencesOf, type FoundTopics, linesOf } from './differences.ts'
import { readTopicPlan } from './topics-file.ts'

const plan = readTopicPlan()
const asPlanned = (): FoundTopics => ({ topics: new Map(plan.topics), permissions: [...plan.permissions] })
const topic = 'samresa.journey.v1'
const withTopic = (change: Partial<Topic>) => {
  const found = asPlanned()
  found.topics.set(topic, { ...plan.topics.get(topic)!, ...change })
  return found
}
const driftOf = (found: FoundTopics) => linesOf(differencesOf(plan, found))

test('brokers that are as planned show no difference', () => {
  expect(driftOf(asPlanned())).toEqual([])
})

test('a topic that is missing, one that nobody planned, and other partitions are told', () => {
  const found = withTopic({ partitions: 6 })
  found.topics.delete('out.af.plan.v1')
  found.topics.set('samresa.old.v1', plan.topics.get(topic)!)
  expect(driftOf(found)).toEqual([
    'out.af.plan.v1 is missing',
    'samresa.old.v1 is not in topics.yaml',
    'samresa.journey.v1 has 6 partitions, not 12',
  ])
})

test('a setting that was changed, and one that was added by hand, are told', () => {
  const { 'retention.bytes': _, ...config } = plan.topics.get(topic)!.config
  expect(driftOf(withTopic({ config: { ...config, 'retention.ms': '1000', 'segment.ms': '1' } }))).toEqual([
    'samresa.journey.v1 has retention.ms=1000, not -1',
    'samresa.journey.v1 has retention.bytes=(default), not -1',
    'samresa.journey.v1 has segment.ms=1, not (default)',
  ])
})

test('a permission that is missing and one too many are told, and none where the brokers check nobody', () => {
  const extra: Permission = { principal: 'User:af', may: 'read', on: 'topic', name: topic }
  const found = { ...asPlanned(), permissions: [...plan.permissions.slice(1), extra] }
  expect(driftOf(found)).toEqual([
    'missing: User:samresa-journey may write samresa.journey.v1',
    'not in topics.yaml: User:af may read samresa.journey.v1',
  ])
  expect(driftOf({ ...asPlanned(), permissions: undefined })).toEqual([])
})

test('no agency may read what is not its own, and one replica needs no second', () => {
  for (const { principal, on, name } of plan.permissions) {
    if (/^User:(af|fk|eb)$/.test(principal))
      expect(name).toMatch(on === 'topic' ? `out.${principal.slice(5)}.plan.v1` : `out.${principal.slice(5)}.`)
  }
  expect(readTopicPlan(1).topics.get(topic)).toMatchObject({ replication: 1, config: { 'min.insync.replicas': '1' } })
})
