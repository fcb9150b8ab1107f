import type { Product } from '../../product/instance.ts'
import type { LoadPerson } from '../../product/load-people.ts'
import { type Arrivals, readers } from '../latencies.ts'
import { followTimeline } from '../timeline-streams.ts'

const streamsPerReader = 5
/** As many as the readers may follow at once. */
export const mostFollowed = readers.length * streamsPerReader

/** Every one of these people on one open timeline. */
export async function followPeople(product: Product, people: LoadPerson[]): Promise<{ arrivals: Arrivals; close(): void }> {
  const arrivals: Arrivals = new Map()
  const arrived = (correlationId: string, at: number) => {
    if (!arrivals.has(correlationId)) arrivals.set(correlationId, at)
  }
  const streams = await Promise.all(
    people.map(({ participantId }, index) => followTimeline(product, readers[index % readers.length]!, participantId, arrived)),
  )
  return {
    arrivals,
    close: () => {
      for (const stream of streams) stream.close()
    },
  }
}
