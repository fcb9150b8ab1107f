import { provideServers } from '../../engines/provide.ts'
import { type ProductionInstance, startInstance } from '../../product/instance.ts'
import { enrolPeople, type LoadPerson } from '../../product/load-people.ts'
import { createTempFolder } from '../../product/temp-folder.ts'
import { repeated } from '../repeated.ts'
import { type Latency, median, medianOf } from '../statistics.ts'
import { type Failover, measureFailover } from './failover.ts'
import { commitToConsumer, type EngineAddresses } from './floor.ts'
import { timeCatchUp, timeRebuild, type WorkedOff } from './outages.ts'
import { pacedRun } from './paced.ts'
import { highestPace } from './sustained.ts'
import { openTimelineModel, type TimelineModel } from './timeline-model.ts'
import { type Usage, usageDuring } from './usage.ts'

export interface EnginesBenchResult extends Failover {
  /** From when a report was due to its receipt, by reports a second. */
  report: Record<string, Latency>
  /** From when a report was due to its row on an open timeline. */
  toTimeline: Record<string, Latency>
  sustained: { perSecond: number | null }
  catchUp: WorkedOff
  rebuild: WorkedOff
  floor: { commitToConsumer: Latency }
  /** What each process of the product takes, by reports a second. */
  usage: Record<string, Record<string, Usage>>
}

export interface EnginesBenchPlan {
  people: number
  runs: number
  /** Of each latency measurement. */
  milliseconds: number
  /** Of each pace that is tried. */
  sustainedMilliseconds: number
  /** How long reports pile up. */
  outageMilliseconds: number
}

const portBase = 19_000
const paces = [50, 200]
const reportedAbout = 200

type Say = (line: string) => void

/** Measures the product on real servers: those that the environment names, else containers or servers of its own. */
export async function measureOnEngines(plan: EnginesBenchPlan, say: Say): Promise<EnginesBenchResult> {
  await using servers = await useServers(say)
  const { environment } = servers
  const addresses = { mongodbUrl: environment['MONGODB_URL']!, brokers: environment['KAFKA_BROKERS']!.split(',') }
  const steady = await measureInstance(plan, { environment, addresses, say })
  return { ...steady, ...(await measureFailover(plan.runs, environment, say)) }
}

async function useServers(say: Say) {
  const { from, environment, complete, stop } = await provideServers(say)
  if (!complete) throw new Error(`there are no servers: ${from}`)
  say(`servers from ${from}`)
  const named = Object.entries(process.env).filter((entry): entry is [string, string] => /^(KAFKA|MONGODB|KEYCLOAK)_/.test(entry[0]))
  return { environment: { ...Object.fromEntries(named), ...environment }, [Symbol.asyncDispose]: stop }
}

async function measureInstance(
  plan: EnginesBenchPlan,
  { environment, addresses, say }: { environment: Record<string, string>; addresses: EngineAddresses; say: Say },
) {
  using folder = createTempFolder('bench')
  await using instance = await startInstance({
    data: folder.path,
    portBase,
    engines: 'production',
    env: environment,
    args: ['--no-demo', '--today', '2026-04-28'],
  })
  const people = await enrolPeople(instance, plan.people)
  say(`${people.length} people enrolled, each with five measures`)
  const floor = medianOf(await repeated(plan.runs, () => commitToConsumer(addresses, plan.milliseconds)))
  say(`floor: p50 ${floor.p50}, p99 ${floor.p99} ms`)
  const model = openTimelineModel(instance)
  try {
    const paced = await measurePaces(instance, people, plan, say)
    const limits = await measureLimits({ instance, people, model }, plan, say)
    // In order, so that nobody is left in a group that has to go.
    await instance.stop()
    return { ...paced, ...limits, floor: { commitToConsumer: floor } }
  } catch (cause) {
    throw new Error(`the measurement broke off; the stack had said:\n${instance.log().slice(-2000)}`, { cause })
  } finally {
    await model.close()
  }
}

async function measurePaces(instance: ProductionInstance, people: LoadPerson[], { runs, milliseconds }: EnginesBenchPlan, say: Say) {
  const report: Record<string, Latency> = {}
  const toTimeline: Record<string, Latency> = {}
  const usage: Record<string, Record<string, Usage>> = {}
  // The first calls of a process are slow for reasons that no later call meets.
  await pacedRun(instance, people.slice(0, reportedAbout), { perSecond: paces[0]!, milliseconds, prefix: 'warm' })
  for (const [index, perSecond] of paces.entries()) {
    const some = people.slice(index * reportedAbout, (index + 1) * reportedAbout)
    const measured = await repeated(runs, (run) =>
      usageDuring(instance.pids(), () => pacedRun(instance, some, { perSecond, milliseconds, prefix: `p${perSecond}-${run}` })),
    )
    report[perSecond] = medianOf(measured.map(({ result }) => result.report))
    toTimeline[perSecond] = medianOf(measured.map(({ result }) => result.toTimeline))
    usage[perSecond] = measured[0]!.usage
    say(`${perSecond}/s: ${JSON.stringify({ report: report[perSecond], toTimeline: toTimeline[perSecond], usage: usage[perSecond] })}`)
  }
  return { report, toTimeline, usage }
}

async function measureLimits(
  { instance, people, model }: { instance: ProductionInstance; people: LoadPerson[]; model: TimelineModel },
  { runs, sustainedMilliseconds, outageMilliseconds }: EnginesBenchPlan,
  say: Say,
) {
  const sustained = await repeated(runs, (run) =>
    highestPace(instance, people, { milliseconds: sustainedMilliseconds, prefix: `s${run}`, say }),
  )
  const catchUps = await repeated(runs, (run) =>
    timeCatchUp(instance, people, { model, milliseconds: outageMilliseconds, prefix: `o${run}` }),
  )
  say(`catch-up: ${JSON.stringify(catchUps)}`)
  const rebuilds = await repeated(runs, () => timeRebuild(instance, model))
  say(`rebuild: ${JSON.stringify(rebuilds)}`)
  return { sustained: { perSecond: median(sustained) }, catchUp: middleOf(catchUps), rebuild: middleOf(rebuilds) }
}

/** The run whose rate is the median. */
const middleOf = (runs: WorkedOff[]): WorkedOff => {
  const middle = median(runs.map(({ eventsPerSecond }) => eventsPerSecond))
  return runs.find(({ eventsPerSecond }) => eventsPerSecond === middle)!
}
