import { inspect, parseArgs } from 'node:util'

import { type BenchResult, measure } from './bench.ts'

const full = { people: 1000, runs: 3, milliseconds: 4_000, sustainedMilliseconds: 8_000, cold: true }
const quick = { people: 1000, runs: 1, milliseconds: 3_000, sustainedMilliseconds: 5_000, cold: false }

/** The figures as a table, for people. */
function tableOf({ floor, report, toTimeline, toSubscriber, sustained, rebuild, start, rss }: BenchResult): string {
  const throughput = Object.keys(report).map(
    (load) =>
      `${load.padStart(3)} in flight  floor ${floor[load]?.perSecond}/s p99 ${floor[load]?.p99} ms   reports ${report[load]?.perSecond ?? 'not counted'}/s p50 ${report[load]?.p50} ms p99 ${report[load]?.p99} ms`,
  )
  const latency = Object.keys(toSubscriber).map(
    (count) =>
      `${count.padStart(3)} listening  to subscriber p50 ${toSubscriber[count]?.p50} ms p99 ${toSubscriber[count]?.p99} ms   to timeline p50 ${toTimeline[count]?.p50} ms p99 ${toTimeline[count]?.p99} ms`,
  )
  return [
    ...throughput,
    ...latency,
    `sustained ${sustained.perSecond ?? 'not counted'}/s, everything done ${sustained.backlogDrainedMs} ms after the last report`,
    `timeline rebuilt at ${rebuild.eventsPerSecond} events/s`,
    `start: cold ${start.coldMs ?? 'not measured'} ms, warm ${start.warmMs} ms`,
    `memory: ${rss.idleMB} MB idle, ${rss.loadMB} MB under load`,
  ].join('\n')
}

try {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, quick: { type: 'boolean' } } })
  const result = await measure(values.quick ? quick : full, (line) => process.stderr.write(`bench: ${line}\n`))
  process.stdout.write(`${values.json ? JSON.stringify(result) : tableOf(result)}\n`)
  process.exit(0)
} catch (error) {
  process.stderr.write(`bench: ${inspect(error)}\n`)
  process.exit(1)
}
