import type { Product } from '../../product/instance.ts'
import type { LoadPerson } from '../../product/load-people.ts'
import { sendReport } from '../closed-loop.ts'
import { latencyFrom } from '../latencies.ts'
import { atPace } from '../open-loop.ts'
import { createReports } from '../reports.ts'
import { type Latency, latencyOf } from '../statistics.ts'
import { followPeople, mostFollowed } from './followed-people.ts'

export interface Paced {
  report: Latency
  toTimeline: Latency
}

/** Reports about these people at a steady pace: each until its receipt, and those about the first of the people until they are on an open timeline. */
export async function pacedRun(
  product: Product,
  people: LoadPerson[],
  { perSecond, milliseconds, prefix }: { perSecond: number; milliseconds: number; prefix: string },
): Promise<Paced> {
  const followed = people.slice(0, mostFollowed)
  const timelines = await followPeople(product, followed)
  const [gateway, next] = [product.gateway('af-system'), createReports(people, prefix)]
  try {
    const sent = await atPace((dueAt) => sendReport(gateway, next(), dueAt), { perSecond, signal: AbortSignal.timeout(milliseconds) })
    const shown = sent.filter(({ person }) => followed.includes(person))
    return {
      report: latencyOf(sent.map(({ sentAt, answeredAt }) => answeredAt - sentAt)),
      toTimeline: await latencyFrom(shown, [timelines.arrivals]),
    }
  } finally {
    timelines.close()
  }
}
