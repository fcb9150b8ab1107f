import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, test } from 'vitest'
import { type Engines, findPorts, startEngines } from '../engines/engines.ts'
import { type KafkaDetour, openKafkaDetour } from '../engines/kafka-detour.ts'
import { type KeycloakDetour, openKeycloakDetour } from '../engines/keycloak-detour.ts'
import { whatIsMissing } from '../engines/programs.ts'
import { type ProcessName, type ProductionInstance, startInstance } from '../product/instance.ts'
import { enrolPeople } from '../product/load-people.ts'
import { createTempFolder } from '../product/temp-folder.ts'
import { waitUntil } from '../product/wait-until.ts'
import { type Noticed, type Recording, recordHistory } from './history.ts'

/** The product on three brokers, three members and a Keycloak of its own, with somebody listening in on the way to them. */
export interface FaultWorld {
  servers: Engines
  kafka: KafkaDetour
  keycloak: KeycloakDetour
  instance: ProductionInstance
}

/** What people may notice of a fault, in ms; undefined where a measure says nothing. */
export interface Bounds {
  receiptMs: number
  deliveryMs: number
  /** How long after the fault everything has to be everywhere. */
  settledMs?: number
}

const firstPort = 26_000
const portBase = 18_000
const startsWithinMs = 300_000
const testWithinMs = 360_000
const people = 6
const receiptsBefore = 30
const receiptsAfter = 30
const usuallySettledMs = 40_000
const processes: ProcessName[] = ['journey', 'planning', 'agency-sync', 'audit', 'portal']

/** One world for all tests of a file: started before the first, healed and looked at after each, gone after the last. */
export function useFaultWorld(): { survives: typeof survives; current: FaultWorld } {
  const held = new AsyncDisposableStack()
  let world: FaultWorld | undefined
  let missing: string | undefined
  let enrolled = 0

  beforeAll(async () => {
    missing = await whatIsMissing(['kafka', 'mongo', 'keycloak'])
    if (missing !== undefined) return
    const folder = held.use(createTempFolder('faults'))
    const servers = held.use(
      await startEngines({ data: `${folder.path}/servers`, ports: await findPorts(firstPort, 3), kafkaNodes: 3, mongoNodes: 3 }),
    )
    const kafka = held.use(await openKafkaDetour(servers.kafka))
    const keycloak = held.use(await openKeycloakDetour(servers.keycloak!.address))
    const env = { ...servers.environment, KAFKA_BROKERS: kafka.brokers, KEYCLOAK_URL: keycloak.url }
    const instance = await startInstance({ engines: 'production', data: `${folder.path}/product`, portBase, args: ['--no-demo'], env })
    // The servers go with it: there is nothing to be removed from them.
    held.defer(() => instance.kill())
    world = { servers, kafka, keycloak, instance }
  }, startsWithinMs)
  beforeEach((context) => context.skip(missing !== undefined, `the servers of this test need ${missing}`))
  afterEach(async () => {
    if (world === undefined) return
    world.kafka.release()
    world.keycloak.answerKeysWithPage(false)
    for (const name of processes) world.instance.thawService(name)
    await world.servers.heal()
    await world.instance.allReady()
  })
  afterAll(() => held.disposeAsync())

  /**
   * People go on reporting and listening while `fault` happens; nothing that got a receipt may be lost, doubled or out of order, everything
   * heals with no hand after `fault` has ended, and nobody waits longer than the bounds say.
   */
  function survives(what: string, bounds: Bounds, fault: (world: FaultWorld, recording: Recording) => Promise<void>): void {
    test(what, { timeout: testWithinMs }, async ({ expect }) => {
      const { instance } = world!
      const first = enrolled
      enrolled += people
      const reportedOn = await enrolPeople(instance, people, first)
      await using recording = await recordHistory(instance, reportedOn, `F${enrolled}`)
      await moreReceipts(recording, receiptsBefore)
      await fault(world!, recording)
      await moreReceipts(recording, receiptsAfter)
      const noticed = await recording.finish(bounds.settledMs ?? usuallySettledMs)
      process.stdout.write(`fault: ${what}: ${wordsOf(noticed)}\n`)
      expect(noticed.stallMs.receipt, 'longest time without a receipt').toBeLessThan(bounds.receiptMs)
      expect(noticed.stallMs.delivery, 'longest time without a delivery').toBeLessThan(bounds.deliveryMs)
    })
  }

  return {
    survives,
    get current() {
      if (world === undefined) throw new Error('the servers have not started')
      return world
    },
  }
}

const wordsOf = ({ receipts, stallMs, doubled }: Noticed): string =>
  `${receipts} receipts, lost 0, ${doubled} heard twice, longest wait for a receipt ${stallMs.receipt} ms, for a delivery ${stallMs.delivery} ms`

const moreReceipts = async (recording: Recording, howMany: number) => {
  const before = recording.receipts()
  await waitUntil(`${howMany} more receipts`, () => recording.receipts() >= before + howMany, 60_000)
}

/** For how long a server stays away: the length of a fault, not a wait for something. */
export const awayFor = (seconds: number): Promise<void> => pause(seconds * 1000)
