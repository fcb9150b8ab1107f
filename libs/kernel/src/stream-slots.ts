import { RejectionError, reject } from './rejection.ts'

/** The open streams of an edge: how many each client holds, and how to end them all. */
export interface StreamSlots {
  /** A place for one more stream of this client; `end` is called when all must go. Returns the way to give the place back. Throws when the client holds as many as it may. */
  take(client: string, end: (reason: RejectionError) => void): () => void
  /** Ends every stream; from then on nobody gets a place, for the same reason. */
  endAll(reason: RejectionError): void
}

export function createStreamSlots(perClient: number): StreamSlots {
  const held = new Map<string, Set<(reason: RejectionError) => void>>()
  let closed: RejectionError | undefined
  return {
    take: (client, end) => {
      if (closed !== undefined) throw closed
      const mine = held.get(client) ?? new Set()
      if (mine.size >= perClient) {
        throw new RejectionError(reject('too-many', 'TOO_MANY_STREAMS', `You hold ${perClient} streams already. End one of them first.`))
      }
      held.set(client, mine.add(end))
      return () => {
        mine.delete(end)
        if (mine.size === 0 && held.get(client) === mine) held.delete(client)
      }
    },
    endAll: (reason) => {
      closed = reason
      for (const streams of held.values()) for (const end of streams) end(reason)
    },
  }
}
