import { randomUUID } from 'node:crypto'
import { connectKafka, createTopicAdmin } from '@samresa/bus'
import { createLogger } from '@samresa/telemetry'
import { expect, onTestFinished, test } from 'vitest'
import { applyTopics, checkTopics, removeTopics } from './apply-topics.ts'

const patient = { timeout: 15_000 }
const brokers = process.env['KAFKA_BROKERS'] ?? ''
const logger = createLogger({ service: 'test', level: 'silent' })

/** Brokers on which nobody else sees the topics of this test. */
async function ownCluster() {
  const cluster = await connectKafka({
    brokers: brokers.split(','),
    clientId: 'topics-test',
    topicPrefix: `test-${randomUUID()}-`,
    logger,
  })
  onTestFinished(async () => {
    await removeTopics({ cluster })
    await cluster.close()
  })
  return cluster
}

function onKafka() {
  test('what is applied shows no drift, is not applied twice, and what was changed by hand shows and is put right', async () => {
    const cluster = await ownCluster()
    expect(await checkTopics({ cluster, replication: 1 })).toContain('samresa.journey.v1 is missing')
    expect(await applyTopics({ cluster, replication: 1 })).toContain('created samresa.journey.v1')
    expect(await checkTopics({ cluster, replication: 1 })).toEqual([])
    expect(await applyTopics({ cluster, replication: 1 })).toEqual([])

    const admin = createTopicAdmin(cluster)
    await admin.configure('samresa.journey.v1', { 'retention.ms': '1000' })
    // A broker hears of changes a moment after they are made.
    await expect.poll(() => checkTopics({ cluster, replication: 1 }), patient).toContain('samresa.journey.v1 has retention.ms=1000, not -1')
    expect(await applyTopics({ cluster, replication: 1 })).toEqual(['configured samresa.journey.v1'])
    await expect.poll(() => checkTopics({ cluster, replication: 1 }), patient).toEqual([])

    await admin.create(new Map([['samresa.extra.v1', { partitions: 1, replication: 1, config: {} }]]))
    expect(await checkTopics({ cluster, replication: 1 })).toEqual(['samresa.extra.v1 is not in topics.yaml'])
    expect(await applyTopics({ cluster, replication: 1 })).toEqual([])
  })

  test('with fewer brokers than replicas nothing is made, unless that is asked for', async () => {
    const cluster = await ownCluster()
    const there = await createTopicAdmin(cluster).brokers()
    if (there < 3) {
      const refusal = `Of 3 brokers ${there} are there: start the others, or say --replication ${there}`
      await expect(applyTopics({ cluster })).rejects.toThrow(refusal)
      await expect(checkTopics({ cluster })).rejects.toThrow(refusal)
    }
    expect(await applyTopics({ cluster, replication: 'available' })).toContain('created samresa.journey.v1')
  })

  test('who removes an installation waits until nobody is in its groups any more', async () => {
    const cluster = await ownCluster()
    await applyTopics({ cluster, replication: 1 })
    const consumer = cluster.hearing.consumer({ groupId: `${cluster.topicPrefix}samresa.journey.test` })
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve))
    await consumer.connect()
    await consumer.subscribe({ topic: `${cluster.topicPrefix}samresa.journey.v1` })
    await consumer.run({ eachMessage: async () => undefined })
    await joined
    const isOver = removeTopics({ cluster }).then(
      () => 'removed',
      () => 'refused',
    )
    await expect.poll(async () => (await createTopicAdmin(cluster).topics()).size, patient).toBe(0)
    await consumer.disconnect()
    expect(await isOver).toBe('removed')
  })

  test('a topic with other partitions is refused before anything is changed', async () => {
    const cluster = await ownCluster()
    await createTopicAdmin(cluster).create(new Map([['samresa.journey.v1', { partitions: 3, replication: 1, config: {} }]]))
    await expect(applyTopics({ cluster, replication: 1 })).rejects.toThrow('samresa.journey.v1 has 3 partitions, not 12')
    expect(await checkTopics({ cluster, replication: 1 })).toContain('samresa.planning.v1 is missing')
  })
}

if (brokers !== '') onKafka()
else test('topics on Kafka', ({ skip }) => skip('needs KAFKA_BROKERS: run npm run test:engines'))
