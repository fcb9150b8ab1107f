import { inspect, parseArgs } from 'node:util'
import { type EnginesBenchResult, measureOnEngines } from './bench.ts'

const full = { people: 1000, runs: 3, milliseconds: 15_000, sustainedMilliseconds: 8_000, outageMilliseconds: 15_000 }
const quick = { people: 1000, runs: 1, milliseconds: 8_000, sustainedMilliseconds: 5_000, outageMilliseconds: 10_000 }

/** The figures as a table, for people. */
function tableOf({ floor, report, toTimeline, sustained, catchUp, rebuild, failover, rollingRestart, usage }: EnginesBenchResult): string {
  const paces = Object.keys(report).map(
    (pace) =>
      `${pace.padStart(3)} reports/s  to receipt p50 ${report[pace]?.p50} ms p99 ${report[pace]?.p99} ms   to timeline p50 ${toTimeline[pace]?.p50} ms p99 ${toTimeline[pace]?.p99} ms`,
  )
  const processes = Object.entries(usage).flatMap(([pace, all]) =>
    Object.entries(all).map(
      ([name, { cpuPercent, residentMB }]) => `${pace.padStart(3)} reports/s  ${name}: ${cpuPercent} % of a core, ${residentMB} MB`,
    ),
  )
  const { server, receipt } = failover
  return [
    `floor: commit to consumer p50 ${floor.commitToConsumer.p50} ms p99 ${floor.commitToConsumer.p99} ms`,
    ...paces,
    `sustained ${sustained.perSecond ?? 'not counted'}/s`,
    `caught up at ${catchUp.eventsPerSecond} events/s (${catchUp.events} events, the first row after ${catchUp.firstRowMs} ms)`,
    `timeline rebuilt at ${rebuild.eventsPerSecond} events/s (${rebuild.events} events, the first row after ${rebuild.firstRowMs} ms)`,
    `leader killed: slowest row ${failover.brokerMs} ms, slowest receipt ${receipt.brokerMs} ms, the server itself ${server.brokerMs} ms`,
    `primary killed: slowest row ${failover.primaryMs} ms, slowest receipt ${receipt.primaryMs} ms, the server itself ${server.primaryMs} ms`,
    `brokers restarted in turn: longest gap ${rollingRestart.longestGapMs} ms, slowest row ${rollingRestart.slowestRowMs} ms`,
    ...processes,
  ].join('\n')
}

/** The failure first, then what failed while cleaning up after it. */
const failuresOf = (error: unknown): unknown[] =>
  error instanceof SuppressedError ? [...failuresOf(error.suppressed), ...failuresOf(error.error)] : [error]

try {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, quick: { type: 'boolean' } } })
  const result = await measureOnEngines(values.quick ? quick : full, (line) => process.stderr.write(`bench: ${line}\n`))
  process.stdout.write(`${values.json ? JSON.stringify(result) : tableOf(result)}\n`)
  process.exit(0)
} catch (error) {
  for (const failure of failuresOf(error)) process.stderr.write(`bench: ${inspect(failure)}\n`)
  process.exit(1)
}
