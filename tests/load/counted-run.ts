import type { Product } from '../product/instance.ts'
import type { LoadPerson } from '../product/load-people.ts'
import type { LoopResult } from './closed-loop.ts'
import { receiveDeliveries } from './deliveries.ts'
import { effectsDone, timelineTotals } from './effects.ts'
import { latencyOf, rounded, type Throughput } from './statistics.ts'

const effectsWithinMs = 1000

/** Reports under load; their throughput counts only when all they cause is done within a second of the last one. */
export async function countedRun(product: Product, people: LoadPerson[], load: () => Promise<LoopResult>) {
  const before = await timelineTotals(product, people)
  const deliveries = await receiveDeliveries(product.gateway('af-system'))
  try {
    const result = await load()
    const drainedMs = rounded(await effectsDone(product, result.reports, { deliveries, before }))
    const throughput = throughputOf(result)
    return { drainedMs, throughput: drainedMs <= effectsWithinMs ? throughput : { ...throughput, perSecond: null } }
  } finally {
    deliveries.close()
  }
}

export const throughputOf = ({ reports, milliseconds }: LoopResult): Throughput => ({
  perSecond: Math.round((reports.length / milliseconds) * 1000),
  ...latencyOf(reports.map(({ sentAt, answeredAt }) => answeredAt - sentAt)),
})
