import type { Gateway, Subscription } from '../product/gateway-client.ts'

/** What one subscriber of AF's has received, by correlation. */
export interface Deliveries {
  /** When the measure of this report arrived, on this process's clock. */
  measures: Map<string, number>
  /** Clashes of time that were told. */
  overlaps: Set<string>
  /** Throws when the stream has ended before its time. */
  check(): void
  close(): void
}

/** Reads AF's stream from now on. */
export async function receiveDeliveries(gateway: Gateway): Promise<Deliveries> {
  const subscription = await gateway.subscribe('')
  const measures = new Map<string, number>()
  const overlaps = new Set<string>()
  const reading = read(subscription, (type, correlationId, payload) => {
    if (type === 'samresa.planning.v1.AgencyMeasureRecorded') measures.set(correlationId, performance.now())
    else if (type === 'samresa.planning.v1.ConflictDetected' && payload.includes('TIME_OVERLAP')) overlaps.add(correlationId)
  })
  let failure: unknown
  reading.catch((error: unknown) => {
    failure = error
  })
  return {
    measures,
    overlaps,
    check: () => {
      if (failure !== undefined) throw new Error('a subscriber was cut off', { cause: failure })
    },
    close: () => subscription.cancel(),
  }
}

async function read(subscription: Subscription, hear: (type: string, correlationId: string, payload: string) => void): Promise<void> {
  for await (const { type, correlationId, payload } of subscription) hear(type, correlationId, payload)
}
