import type { DocumentStore } from '@samresa/store'

/** A stream set aside in one consumer: this event could not be handled, and what follows it in the stream waits behind it. */
export interface ParkedStream {
  id: string
  consumer: string
  source: string
  stream: string
  /** What orders the stream's events on their way here: the source, or topic and partition. */
  lane: string
  fromSeq: number
  fromVersion: number
  reason: string
  /** Machine clock. */
  at: string
  /** What a person has decided, until the consumer has carried it out. */
  decision?: { as: 'retry' } | { as: 'skip'; reason: string; by: string }
}

export const parkedCollection = 'parked'
/** The events of parked streams, where they cannot be read again from their source. */
export const parkedEventsCollection = 'parked-events'
/** What was skipped, when, why and by whom: kept. */
export const skippedCollection = 'parked-skipped'

const lookAgainMs = 1000

/** Consumers of this process that want to know of a person's decision at once. */
const listeners = new WeakMap<DocumentStore, Set<() => void>>()

/** Calls back when a person has decided about a parked stream, in another process too. Returns the way to stop. */
export function onParkedDecision(documents: DocumentStore, listener: () => void): () => void {
  const all = listeners.get(documents) ?? new Set()
  listeners.set(documents, all)
  all.add(listener)
  // Where there is a watch there may be other processes. Looking costs less than a change stream for what happens once a week.
  const looking = documents.watch === undefined ? undefined : setInterval(listener, lookAgainMs)
  return () => {
    all.delete(listener)
    clearInterval(looking)
  }
}

/** The streams set aside in a service, for the page where a person decides about them. */
export function parked(documents: DocumentStore) {
  const decide = async (id: string, decision: NonNullable<ParkedStream['decision']>): Promise<boolean> => {
    const found = await documents.get<ParkedStream>(parkedCollection, id)
    if (found === undefined) return false
    const document = { id, index: found.consumer, body: { ...found, decision } }
    await documents.write([{ op: 'put', collection: parkedCollection, document }], 'durable')
    for (const listener of listeners.get(documents) ?? []) listener()
    return true
  }
  return {
    list: async (): Promise<ParkedStream[]> =>
      (await documents.find<ParkedStream>(parkedCollection, { limit: 1000 })).map(({ body }) => body),
    /** Tries the event again, then what waits behind it. False when nothing is parked under the id. */
    retry: (id: string): Promise<boolean> => decide(id, { as: 'retry' }),
    /** Leaves the event out and goes on with what waits behind it. */
    skip: (id: string, reason: string, by: string): Promise<boolean> => decide(id, { as: 'skip', reason, by }),
  }
}
