import type { Product } from '../../product/instance.ts'
import type { LoadPerson } from '../../product/load-people.ts'
import { sendReport } from '../closed-loop.ts'
import { countedRun } from '../counted-run.ts'
import { atPace } from '../open-loop.ts'
import { createReports } from '../reports.ts'

const paces = [50, 100, 150, 200, 250, 300, 350, 400, 500, 600, 800, 1000]

/** The highest pace at which everything is done within a second of the last report, going up until one is too high; null when all are. */
export async function highestPace(
  product: Product,
  people: LoadPerson[],
  { milliseconds, prefix, say }: { milliseconds: number; prefix: string; say(line: string): void },
): Promise<number | null> {
  let highest: number | null = null
  for (const perSecond of paces) {
    const { throughput, drainedMs } = await countedRun(product, people, () =>
      reportsAt(product, people, { perSecond, milliseconds, prefix: `${prefix}-${perSecond}` }),
    )
    say(
      `sustained: ${perSecond}/s asked for, ${throughput.perSecond ?? 'not counted'}, p99 ${throughput.p99} ms, everything done after ${drainedMs} ms`,
    )
    if (throughput.perSecond === null || (highest !== null && throughput.perSecond <= highest)) return highest
    highest = throughput.perSecond
  }
  return highest
}

async function reportsAt(
  product: Product,
  people: LoadPerson[],
  { perSecond, milliseconds, prefix }: { perSecond: number; milliseconds: number; prefix: string },
) {
  const [gateway, next] = [product.gateway('af-system'), createReports(people, prefix)]
  const began = performance.now()
  const signal = AbortSignal.timeout(milliseconds)
  const reports = await atPace((dueAt) => sendReport(gateway, next(), dueAt), { perSecond, signal })
  return { reports, milliseconds: performance.now() - began }
}
