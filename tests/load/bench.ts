import type { Gateway } from '../product/gateway-client.ts'
import { type Instance, startInstance } from '../product/instance.ts'
import { enrolPeople, type LoadPerson } from '../product/load-people.ts'
import { residentMegabytes } from '../product/process-memory.ts'
import { createTempFolder } from '../product/temp-folder.ts'
import { reportFor } from './closed-loop.ts'
import { countedRun, throughputOf } from './counted-run.ts'
import { startFloor } from './floor.ts'
import { toSubscriber, toTimeline } from './latencies.ts'
import { timeRebuild } from './rebuild.ts'
import { repeated } from './repeated.ts'
import { createReports, type LoadReport } from './reports.ts'
import { timeColdStart, timeStart } from './starting.ts'
import { type Latency, median, medianOf, type Throughput } from './statistics.ts'

export interface BenchResult {
  floor: Record<string, Throughput>
  report: Record<string, Throughput>
  toTimeline: Record<string, Latency>
  toSubscriber: Record<string, Latency>
  sustained: { perSecond: number | null; backlogDrainedMs: number }
  rebuild: { eventsPerSecond: number }
  start: { coldMs: number | null; warmMs: number }
  rss: { idleMB: number | null; loadMB: number | null }
}

export interface BenchPlan {
  people: number
  runs: number
  /** Of each throughput and latency measurement. */
  milliseconds: number
  sustainedMilliseconds: number
  /** Whether a start from nothing is timed too; it fetches the runtime and the packages. */
  cold: boolean
}

const portBase = 18_000
const loads = [1, 8, 32]
const sustainedInFlight = 32
const subscriberCounts = [1, 5]
const followedPeople = 4
const sampleEveryMs = 200

type Say = (line: string) => void

/** Measures everything on one instance; what is timed from the outside stays outside. */
export async function measure(plan: BenchPlan, say: Say): Promise<BenchResult> {
  const warm = await repeated(plan.runs, () => timeStart())
  say(`warm start: ${warm.join(', ')} ms`)
  using folder = createTempFolder('bench')
  await using instance = await startInstance({ data: folder.path, portBase, args: ['--no-demo', '--today', '2026-04-28'] })
  const figures = await measureInstance(instance, plan, say).catch((cause: unknown) => {
    throw new Error(`the measurement broke off; the instance had said:\n${instance.log().slice(-2000)}`, { cause })
  })
  await instance.stop()
  const rebuilt = await repeated(plan.runs, () => timeRebuild(folder.path))
  say(`rebuild: ${rebuilt.join(', ')} events a second`)
  const coldMs = plan.cold ? await timeColdStart() : null
  return { ...figures, rebuild: { eventsPerSecond: median(rebuilt)! }, start: { coldMs, warmMs: median(warm)! } }
}

async function measureInstance(instance: Instance, plan: BenchPlan, say: Say) {
  const idleMB = megabytes(instance)
  const people = await enrolPeople(instance, plan.people)
  say(`${people.length} people enrolled, each with five measures`)
  const peak = watchMemory(instance)
  const throughputs = await measureThroughputs(instance, people, plan, say)
  const latencies = await measureLatencies(instance, people, plan, say)
  return { ...throughputs, ...latencies, rss: { idleMB, loadMB: peak.stop() } }
}

const megabytes = ({ ready }: Instance): number | null => {
  const found = residentMegabytes(ready.pid)
  return found === undefined ? null : Math.round(found)
}

function watchMemory(instance: Instance) {
  let most = megabytes(instance)
  const timer = setInterval(() => {
    const now = megabytes(instance)
    if (now !== null && now > (most ?? 0)) most = now
  }, sampleEveryMs)
  return {
    stop: () => {
      clearInterval(timer)
      return most
    },
  }
}

async function measureThroughputs(instance: Instance, people: LoadPerson[], plan: BenchPlan, say: Say) {
  const floor: Record<string, Throughput> = {}
  const report: Record<string, Throughput> = {}
  const floorServer = await startFloor()
  const afSystem = instance.gateway('af-system')
  // The first calls of a process are slow for reasons that no later call meets.
  await reportFor(floorServer.gateway, createReports([{ ...people[0]! }], 'warm'), { inFlight: 8, milliseconds: 500 })
  await reportFor(afSystem, createReports(people, 'warm'), { inFlight: 8, milliseconds: 1000 })
  for (const inFlight of loads) {
    const floors = await repeated(plan.runs, () => floorRun(floorServer.gateway, people, { inFlight, milliseconds: plan.milliseconds }))
    const reports = await repeated(plan.runs, (run) =>
      reportsUnder(instance, people, { inFlight, milliseconds: plan.milliseconds, prefix: `c${inFlight}-${run}` }),
    )
    floor[inFlight] = medianOf(floors)
    report[inFlight] = medianOf(reports.map(({ throughput }) => throughput))
    say(
      `${inFlight} in flight: floor ${floor[inFlight].perSecond}/s, reports ${report[inFlight].perSecond}/s, p99 ${report[inFlight].p99} ms, effects done after ${reports.map(({ drainedMs }) => drainedMs).join(', ')} ms`,
    )
  }
  const sustained = await repeated(plan.runs, (run) =>
    reportsUnder(instance, people, { inFlight: sustainedInFlight, milliseconds: plan.sustainedMilliseconds, prefix: `s-${run}` }),
  )
  await floorServer.close()
  return {
    floor,
    report,
    sustained: {
      perSecond: median(sustained.map(({ throughput }) => throughput.perSecond)),
      backlogDrainedMs: median(sustained.map(({ drainedMs }) => drainedMs))!,
    },
  }
}

const reportsUnder = (instance: Instance, people: LoadPerson[], load: { inFlight: number; milliseconds: number; prefix: string }) =>
  countedRun(instance, people, () => reportFor(instance.gateway('af-system'), createReports(people, load.prefix), load))

async function floorRun(gateway: Gateway, people: LoadPerson[], load: { inFlight: number; milliseconds: number }): Promise<Throughput> {
  // Copies: what the floor is told about is reported to nobody.
  const next = createReports(
    people.map((person) => ({ ...person })),
    'floor',
  )
  return throughputOf(await reportFor(gateway, next, load))
}

async function measureLatencies(instance: Instance, people: LoadPerson[], { runs, milliseconds }: BenchPlan, say: Say) {
  const subscriber: Record<string, Latency> = {}
  const timeline: Record<string, Latency> = {}
  for (const subscribers of subscriberCounts) {
    const next = (prefix: string, some: LoadPerson[]): (() => LoadReport) => createReports(some, prefix)
    subscriber[subscribers] = medianOf(
      await repeated(runs, (run) => toSubscriber(instance, next(`u${subscribers}-${run}`, people), { subscribers, milliseconds })),
    )
    timeline[subscribers] = medianOf(
      await repeated(runs, (run) => {
        const first = (subscribers * runs + run) * followedPeople
        const followed = people.slice(first, first + followedPeople)
        return toTimeline(instance, next(`t${subscribers}-${run}`, followed), { people: followed, subscribers, milliseconds })
      }),
    )
    say(
      `${subscribers} subscribers: gRPC p50 ${subscriber[subscribers].p50}, p99 ${subscriber[subscribers].p99} ms; timeline p50 ${timeline[subscribers].p50}, p99 ${timeline[subscribers].p99} ms`,
    )
  }
  return { toSubscriber: subscriber, toTimeline: timeline }
}
