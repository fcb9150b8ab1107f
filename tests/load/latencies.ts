import { createGateway } from '../product/gateway-client.ts'
import type { Product } from '../product/instance.ts'
import type { LoadPerson } from '../product/load-people.ts'
import { waitUntil } from '../product/wait-until.ts'
import { type SentReport, sendReport } from './closed-loop.ts'
import { receiveDeliveries } from './deliveries.ts'
import { atPace } from './open-loop.ts'
import type { LoadReport } from './reports.ts'
import { type Latency, latencyOf } from './statistics.ts'
import { followTimeline } from './timeline-streams.ts'

const perSecond = 40
/** Readers who see AF's measures with their correlation. */
export const readers = ['anna', 'af-officer', 'af-system', 'scenario', 'auditor']

/** When the measure of a report was shown, by correlation. */
export type Arrivals = Map<string, number>

/** From a report's call to its arrival, over every report and every subscriber. */
export async function latencyFrom(sent: SentReport[], arrivals: Arrivals[]): Promise<Latency> {
  await waitUntil(
    'every report has arrived everywhere',
    () => sent.every(({ correlationId }) => arrivals.every((each) => each.has(correlationId))),
    30_000,
  )
  return latencyOf(sent.flatMap(({ correlationId, sentAt }) => arrivals.map((each) => each.get(correlationId)! - sentAt)))
}

const sendSteadily = (product: Product, next: () => LoadReport, milliseconds: number): Promise<SentReport[]> =>
  atPace((dueAt) => sendReport(product.gateway('af-system'), next(), dueAt), {
    perSecond,
    signal: AbortSignal.timeout(milliseconds),
  })

/** Reports at a steady pace, each on AF's stream to so many subscribers. */
export async function toSubscriber(
  product: Product,
  next: () => LoadReport,
  { subscribers, milliseconds }: { subscribers: number; milliseconds: number },
): Promise<Latency> {
  const gateways = Array.from({ length: subscribers }, () => createGateway(product.ready.agencyGateway, () => product.tokenOf('af-system')))
  const deliveries = await Promise.all(gateways.map(receiveDeliveries))
  try {
    const sent = await sendSteadily(product, next, milliseconds)
    return await latencyFrom(
      sent,
      deliveries.map(({ measures }) => measures),
    )
  } finally {
    for (const each of deliveries) each.close()
    for (const gateway of gateways) gateway.close()
  }
}

/** Reports at a steady pace about a few people, each on the event streams of so many who follow that person's timeline. */
export async function toTimeline(
  product: Product,
  next: () => LoadReport,
  { people, subscribers, milliseconds }: { people: LoadPerson[]; subscribers: number; milliseconds: number },
): Promise<Latency> {
  const arrivals: Arrivals[] = Array.from({ length: subscribers }, () => new Map())
  const streams = await Promise.all(
    arrivals.flatMap((each, index) =>
      people.map(({ participantId }) =>
        followTimeline(product, readers[index]!, participantId, (correlationId, at) => each.set(correlationId, at)),
      ),
    ),
  )
  try {
    return await latencyFrom(await sendSteadily(product, next, milliseconds), arrivals)
  } finally {
    for (const stream of streams) stream.close()
  }
}
