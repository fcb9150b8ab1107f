import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { fetchRecords, produce } from '../engines/kafka-detour.ts'
import type { ServiceName } from '../product/rest-client.ts'
import { mintToken } from '../product/tokens.ts'
import { verifyRecord } from '../product/verify-record.ts'
import { waitUntil } from '../product/wait-until.ts'
import { subscribeDeaf } from './deaf-subscriber.ts'
import { awayFor, useFaultWorld } from './fault-world.ts'
import { createRandom, seedOfRun } from './random.ts'
import { beside } from './records.ts'
import { rotateKeys } from './rotate-keys.ts'
import { startSecondProcess } from './second-process.ts'

const world = useFaultWorld()
const { survives } = world

/** A report needs MongoDB and what the services remember of Keycloak; brokers may be away. */
const receiptsGoOn = 4_000
/** A broker counts as gone after 9 s; if it led a group of consumers, they come back when their session of 10 s is over. */
const brokerGone = 26_000
/** Two seconds without a heartbeat, an election, and two more. */
const primaryGone = 7_000
/** Unlike a dead one, a frozen member keeps its connections: a plain client too was seen to wait for it to wake, or for an election of 10 s. */
const primaryFrozenSeconds = 12
const primaryThawed = primaryFrozenSeconds * 1000 + 6_000
/** A killed service is started again and has read its streams; its sessions with the brokers end after 10 s. */
const serviceGone = 22_000

const topicOf = (name: string) => `${world.current.instance.ready.kafka!.prefix}${name}`

survives('a broker is stopped and started again', { receiptMs: receiptsGoOn, deliveryMs: brokerGone }, async ({ servers }) => {
  await servers.kafka[1]!.stop()
  await awayFor(8)
  await servers.heal()
})

survives("the leader of a plan's partition is killed", { receiptMs: receiptsGoOn, deliveryMs: brokerGone }, async ({ servers }) => {
  const leader = await servers.leader(topicOf('samresa.planning.v1'), 0)
  await leader.kill()
  await awayFor(15)
  await servers.heal()
})

survives(
  'all brokers are gone for a minute',
  { receiptMs: receiptsGoOn, deliveryMs: 110_000, settledMs: 90_000 },
  async ({ servers }, recording) => {
    await Promise.all(servers.kafka.map((broker) => broker.kill()))
    const before = recording.receipts()
    await awayFor(60)
    expect(recording.receipts()).toBeGreaterThan(before + 300)
    await servers.heal()
  },
)

survives("MongoDB's primary is killed", { receiptMs: primaryGone, deliveryMs: primaryGone }, async ({ servers }) => {
  const primary = await servers.primary()
  await primary.kill()
  await servers.primary()
  await awayFor(5)
  await servers.heal()
})

survives("MongoDB's primary steps down", { receiptMs: primaryGone, deliveryMs: primaryGone }, ({ servers }) => servers.stepDown())

survives("MongoDB's primary is frozen", { receiptMs: primaryThawed, deliveryMs: primaryThawed }, async ({ servers }) => {
  const primary = await servers.primary()
  primary.freeze()
  await awayFor(primaryFrozenSeconds)
  primary.thaw()
})

survives('Keycloak is down', { receiptMs: receiptsGoOn, deliveryMs: receiptsGoOn }, async ({ servers }) => {
  await servers.keycloak!.kill()
  await awayFor(15)
  await servers.heal()
})

survives(
  "the realm's keys are rotated while the key endpoint answers with a page",
  { receiptMs: receiptsGoOn, deliveryMs: receiptsGoOn },
  async ({ keycloak, instance }) => {
    const ask = async (token: string) => {
      const headers = { authorization: `Bearer ${token}`, 'samresa-purpose': 'planning' }
      return (await fetch(`${instance.ready.services.journey}/v1/participants`, { headers })).status
    }
    const before = await mintToken(instance.data, 'anna', 5)
    keycloak.answerKeysWithPage(true)
    await rotateKeys(instance.ready.keycloak!)
    const after = await mintToken(instance.data, 'anna', 5)
    expect(await ask(after)).not.toBe(200)
    expect(await ask(before)).toBe(200)
    keycloak.answerKeysWithPage(false)
    await waitUntil('the new key is known', async () => (await ask(after)) === 200, 45_000)
    expect(await ask(before)).toBe(200)
  },
)

survives(
  'agency-sync is killed after it has given a receipt and before that is published',
  { receiptMs: serviceGone, deliveryMs: serviceGone },
  async ({ kafka, instance }) => {
    await kafka.holdRequests(({ api, client }) => api === produce && client === 'samresa-agency-sync')
    instance.killService('agency-sync')
    kafka.release()
  },
)

survives(
  'planning is killed after it has published and before it has heard so',
  { receiptMs: receiptsGoOn, deliveryMs: serviceGone },
  async ({ kafka, instance }) => {
    await kafka.holdAnswers(({ api, client }) => api === produce && client === 'samresa-planning')
    instance.killService('planning')
    kafka.release()
  },
)

survives(
  'consumers are killed in the middle of their work, again and again',
  { receiptMs: 30_000, deliveryMs: 60_000, settledMs: 60_000 },
  async ({ instance }) => {
    const random = createRandom(seedOfRun('kill -9 of services'))
    for (const service of ['journey', 'planning', 'agency-sync', 'planning', 'audit', 'journey'] as const) {
      await pause(500 + random() * 2_500)
      instance.killService(service)
    }
  },
)

survives(
  'services are killed while what they have taken waits for MongoDB',
  { receiptMs: serviceGone, deliveryMs: serviceGone },
  async ({ servers, instance }) => {
    const primary = await servers.primary()
    primary.freeze()
    // Long enough for offsets to be committed, if anybody committed them before the work is done.
    await awayFor(1.5)
    for (const service of ['journey', 'planning', 'agency-sync'] as const) instance.killService(service)
    primary.thaw()
  },
)

survives(
  'a poison event is set aside and left out with a reason, and nobody else notices',
  { receiptMs: receiptsGoOn, deliveryMs: receiptsGoOn },
  async ({ servers, instance }) => {
    const operator = instance.rest('operator')
    const parkedAt = (service: ServiceName) => operator.all<{ id: string }>(service, '/v1/parked')
    const topic = topicOf('samresa.planning.v1')
    const server = beside(servers.environment['KAFKA_BROKERS']!)
    const [example] = await server.readAll(topic)
    const { partition, message } = example!
    const headers = { ...message.headers, ce_id: randomUUID(), ce_stream: `plan-${randomUUID()}`, ce_seq: '1' }
    await server.send([{ topic, partition, message: { key: message.key, headers, value: Buffer.from('{"measure": nonsense') } }])
    for (const service of ['journey', 'agency-sync'] as const) {
      const [entry] = await waitUntil(`${service} has set it aside`, async () => {
        const found = await parkedAt(service)
        return found.length > 0 && found
      })
      const skipped = await operator.call('POST', service, `/v1/parked/${entry!.id}/skip`, { body: { reason: 'Ingen händelse' } })
      expect(skipped.status).toBe(202)
      await waitUntil(`${service} goes on without it`, async () => (await parkedAt(service)).length === 0)
    }
  },
)

survives('everything that was published is published again', { receiptMs: receiptsGoOn, deliveryMs: 10_000 }, async ({ servers }) => {
  const server = beside(servers.environment['KAFKA_BROKERS']!)
  for (const name of ['samresa.agency.v1', 'samresa.planning.v1']) await server.send((await server.readAll(topicOf(name))).slice(-500))
})

survives('what consumers fetch arrives seconds late', { receiptMs: receiptsGoOn, deliveryMs: 14_000 }, async ({ kafka }) => {
  kafka.delayAnswers(({ api, client }) => api === fetchRecords && client !== 'samresa-audit', 2_500)
  await awayFor(12)
  kafka.release()
})

survives(
  'planning is frozen with its relay and its consumers, another process takes over, and it wakes up',
  {
    receiptMs: receiptsGoOn,
    deliveryMs: 40_000,
    settledMs: 60_000,
  },
  async ({ instance }) => {
    instance.freezeService('planning')
    await using second = await startSecondProcess(instance, 'planning', 18_100)
    void second
    await awayFor(20)
    instance.thawService('planning')
    await awayFor(5)
  },
)

survives(
  'agency-sync is frozen in the middle of its work and wakes up',
  { receiptMs: 20_000, deliveryMs: 20_000 },
  async ({ instance }) => {
    instance.freezeService('agency-sync')
    await awayFor(13)
    instance.thawService('agency-sync')
  },
)

survives('a subscriber that stops reading', { receiptMs: receiptsGoOn, deliveryMs: receiptsGoOn }, async ({ instance }) => {
  const deaf = await subscribeDeaf(instance.ready.agencyGateway, await instance.tokenOf('af-system'))
  await awayFor(8)
  deaf.close()
})

test('every chain verifies after all of this', { timeout: 60_000 }, async () => {
  const { code, stdout } = await verifyRecord(world.current.instance)
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ ok: true })])
})
