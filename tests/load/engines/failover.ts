import { setTimeout as pause } from 'node:timers/promises'
import { type Engines, findPorts, startEngines } from '../../engines/engines.ts'
import { type ProductionInstance, startInstance } from '../../product/instance.ts'
import { enrolPeople, type LoadPerson } from '../../product/load-people.ts'
import { createTempFolder } from '../../product/temp-folder.ts'
import { repeated } from '../repeated.ts'
import { median } from '../statistics.ts'
import type { EngineAddresses } from './floor.ts'
import { mostFollowed } from './followed-people.ts'
import { type Probe, probeSends, probeWrites } from './probes.ts'
import { type Stalls, stallsDuring } from './stalls.ts'

export interface Failover {
  failover: {
    /** The longest that a report waited for its row when a leader of the brokers was killed, and when MongoDB's primary was. */
    brokerMs: number
    primaryMs: number
    /** The longest that a report waited for its receipt. */
    receipt: { brokerMs: number; primaryMs: number }
    /** How long a plain client of the server stood still meanwhile. */
    server: { brokerMs: number; primaryMs: number }
  }
  rollingRestart: { longestGapMs: number; slowestRowMs: number }
}

const firstPort = 33_000
const portBase = 19_500
/** Kafka takes nine seconds to miss a broker, and its consumers ten to miss each other. */
const settlesMs = { broker: 25_000, primary: 15_000 }

/** Three brokers and three members of its own, which are killed and restarted under a running product. Keycloak is the one given. */
export async function measureFailover(runs: number, environment: Record<string, string>, say: (line: string) => void): Promise<Failover> {
  using folder = createTempFolder('failover')
  await using set = await startEngines({
    data: `${folder.path}/servers`,
    ports: await findPorts(firstPort, 3),
    kafkaNodes: 3,
    mongoNodes: 3,
    keycloak: false,
    say,
  })
  const env = { ...environment, ...set.environment }
  await using instance = await startInstance({
    data: `${folder.path}/instance`,
    portBase,
    engines: 'production',
    env,
    args: ['--no-demo', '--today', '2026-04-28'],
  })
  const people = await enrolPeople(instance, mostFollowed)
  say(`three brokers, three members, ${people.length} people`)
  const brokers = await repeated(runs, (run) => brokerKilled({ set, instance, people }, `fb-${run}`))
  say(`leader killed: ${JSON.stringify(brokers)}`)
  const primaries = await repeated(runs, (run) => primaryKilled({ set, instance, people }, `fp-${run}`))
  say(`primary killed: ${JSON.stringify(primaries)}`)
  const rolled = await repeated(runs, (run) => brokersRestarted({ set, instance, people }, `fr-${run}`))
  say(`brokers restarted: ${JSON.stringify(rolled)}`)
  // In order, so that nobody is left in a group that has to go.
  await instance.stop()
  const of = <T>(all: T[], figure: (one: T) => number) => median(all.map(figure))!
  return {
    failover: {
      brokerMs: of(brokers, ({ rowMs }) => rowMs),
      primaryMs: of(primaries, ({ rowMs }) => rowMs),
      receipt: { brokerMs: of(brokers, ({ receiptMs }) => receiptMs), primaryMs: of(primaries, ({ receiptMs }) => receiptMs) },
      server: { brokerMs: of(brokers, ({ serverMs }) => serverMs), primaryMs: of(primaries, ({ serverMs }) => serverMs) },
    },
    rollingRestart: { longestGapMs: of(rolled, ({ gapMs }) => gapMs), slowestRowMs: of(rolled, ({ rowMs }) => rowMs) },
  }
}

interface UnderTest {
  set: Engines
  instance: ProductionInstance
  people: LoadPerson[]
}

const addressesOf = (set: Engines): EngineAddresses => ({
  mongodbUrl: set.environment['MONGODB_URL']!,
  brokers: set.environment['KAFKA_BROKERS']!.split(','),
})

async function brokerKilled({ set, instance, people }: UnderTest, prefix: string): Promise<Stalls & { serverMs: number }> {
  const probe = await probeSends(addressesOf(set))
  const disturb = async () => {
    const leader = await set.leader(probe.topic, 0)
    await leader.kill()
    await pause(settlesMs.broker)
  }
  return await withProbe(probe, stallsDuring(instance, people, { prefix, disturb }), set)
}

async function primaryKilled({ set, instance, people }: UnderTest, prefix: string): Promise<Stalls & { serverMs: number }> {
  const probe = await probeWrites(addressesOf(set))
  const disturb = async () => {
    const primary = await set.primary()
    await primary.kill()
    await pause(settlesMs.primary)
  }
  return await withProbe(probe, stallsDuring(instance, people, { prefix, disturb }), set)
}

async function withProbe(probe: Probe, measuring: Promise<Stalls>, set: Engines): Promise<Stalls & { serverMs: number }> {
  try {
    const stalls = await measuring
    return { ...stalls, serverMs: await probe.stop() }
  } finally {
    await set.heal()
  }
}

/** One broker after the other, each once the one before has caught up. */
async function brokersRestarted({ set, instance, people }: UnderTest, prefix: string): Promise<Stalls> {
  const disturb = async () => {
    for (const broker of set.kafka) {
      await broker.stop()
      await set.heal()
    }
    await pause(settlesMs.primary)
  }
  return await stallsDuring(instance, people, { prefix, disturb })
}
