import type { EventType } from '@samresa/contracts'
import { createKeyedQueue } from '@samresa/kernel'
import type { DocumentStore, DocumentWrite, StoredEvent } from '@samresa/store'

/** One change of a plan in the order all agencies get it. The event is as stored: sealed. */
export interface FeedEntry {
  position: number
  event: StoredEvent
  correlationId: string
  /** W3C trace context that the event was recorded under. */
  traceparent?: string
}

/** An event that has come from planning. */
export type FeedSource = StoredEvent & Pick<FeedEntry, 'correlationId' | 'traceparent'>

/**
 * The one feed of plan changes, its positions without gaps. Whoever writes entries gives them positions, one batch at a time; of several
 * processes at the same position the store lets one through. Who may see an entry is decided when it is delivered.
 */
export interface OutwardFeed {
  /** The write that makes the event an entry; it counts when `announce` is called with the same event after the write. */
  entryFor(event: FeedSource): DocumentWrite
  announce(events: readonly { id: string }[]): void
  /** Takes in what stands in the store; what was given a position and not announced since gives it back. */
  reload(): Promise<void>
  /** Takes in what other processes have written before this call. */
  catchUp(): Promise<void>
  /** Position of the newest entry that is known here; 0 when there is none. */
  end(): number
  /** Entries after a position, oldest first; from memory near the end, from the store further back. */
  read(after: number, limit: number): Promise<FeedEntry[]>
  /** Resolves when there is something after the position, or the signal aborts. */
  grownBeyond(position: number, signal: AbortSignal): Promise<void>
  /** Stops following other processes. */
  close(): void
}

export interface OutwardFeedOptions {
  /** Other processes write entries too: they are followed. */
  shared?: boolean
  /** How often it is asked what others have written, whatever the store tells by itself. */
  pollMs?: number
  /** Bounds what is kept in memory. */
  recentEntries?: number
}

/** The planning events that agencies are told of. */
export const outwardTypes: readonly EventType[] = [
  'samresa.planning.v1.MeasureAdded',
  'samresa.planning.v1.AgencyMeasureRecorded',
  'samresa.planning.v1.MeasureChanged',
  'samresa.planning.v1.MeasureRemoved',
  'samresa.planning.v1.ConflictDetected',
  'samresa.planning.v1.ConflictUpdated',
  'samresa.planning.v1.ConflictAcknowledged',
  'samresa.planning.v1.UntilDecidedSet',
  'samresa.planning.v1.ProposalSent',
  'samresa.planning.v1.ProposalAnswered',
  'samresa.planning.v1.ProposalAccepted',
  'samresa.planning.v1.ProposalDeclined',
  'samresa.planning.v1.ProposalSuperseded',
  'samresa.planning.v1.ConflictAgreed',
  'samresa.planning.v1.ConflictAcceptedAsIs',
  'samresa.planning.v1.ConflictVerified',
  'samresa.planning.v1.ConflictWithdrawn',
]

const collection = 'feed-v1'
const idOf = (position: number): string => String(position).padStart(15, '0')

const pageSize = 1000

/** Opens the feed where the store has it. */
export async function openOutwardFeed(
  documents: DocumentStore,
  { shared = false, pollMs = 200, recentEntries = 2000 }: OutwardFeedOptions = {},
): Promise<OutwardFeed> {
  const [newest] = await documents.find<FeedEntry>(collection, { limit: 1, reverse: true })
  let end = newest?.body.position ?? 0
  let given = end
  /** Entries after `floor` are all in `recent`. */
  let floor = end
  let recent: FeedEntry[] = []
  const written = new Map<string, FeedEntry>()
  let waiting: (() => void)[] = []

  function keep(entry: FeedEntry): void {
    if (entry.position <= end) return
    // What stands between is found in the store: memory begins anew behind it.
    if (entry.position !== end + 1) {
      recent = []
      floor = entry.position - 1
    }
    recent.push(entry)
    end = entry.position
    // Cut in steps, so that the cost of moving the rest is shared by many entries.
    if (recent.length < 2 * recentEntries) return
    const dropped = recent.length - recentEntries
    floor = recent[dropped - 1]!.position
    recent = recent.slice(dropped)
  }

  function wakeAll(): void {
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  async function takeIn(): Promise<void> {
    const before = end
    for (;;) {
      const page = await documents.find<FeedEntry>(collection, { from: idOf(end + 1), limit: pageSize })
      for (const { body } of page) keep(body)
      if (page.length < pageSize) break
    }
    if (end > before) wakeAll()
  }

  const inTurn = createKeyedQueue()
  const catchUp = () => inTurn('store', takeIn)

  // What cannot be read now is asked for again at the next turn of the poll.
  const catchUpLater = () => void catchUp().catch(() => undefined)

  /** Entries as they become known, in the order of their positions; those that were missed before them stand in the store. */
  function learn(entries: readonly FeedEntry[]): void {
    const before = end
    for (const entry of entries) keep(entry)
    if (end > before) wakeAll()
  }

  const unwatch = shared ? documents.watch?.<FeedEntry>(collection, (found) => learn(found.map(({ body }) => body))) : undefined
  const poll = shared ? setInterval(catchUpLater, pollMs).unref() : undefined

  return {
    entryFor: ({ id, type, subject, time, data, correlationId, traceparent }) => {
      given = Math.max(given, end) + 1
      const event = { id, type, subject, time, data }
      const entry: FeedEntry = { position: given, event, correlationId, ...(traceparent !== undefined && { traceparent }) }
      written.set(id, entry)
      return { op: 'insert', collection, document: { id: idOf(given), body: entry } }
    },
    announce: (events) => {
      const entries = events.flatMap(({ id }) => written.get(id) ?? [])
      for (const { id } of events) written.delete(id)
      learn(entries)
    },
    reload: async () => {
      await catchUp()
      written.clear()
      given = end
    },
    catchUp: shared ? catchUp : async () => undefined,
    end: () => end,
    read: async (after, limit) => {
      if (after < floor) {
        const found = await documents.find<FeedEntry>(collection, { from: idOf(after + 1), limit })
        return found.map(({ body }) => body)
      }
      const from = firstAfter(recent, after)
      return recent.slice(from, from + limit)
    },
    grownBeyond: (position, signal) =>
      new Promise((resolve) => {
        if (end > position || signal.aborted) return resolve()
        const wake = () => {
          signal.removeEventListener('abort', stop)
          resolve()
        }
        const stop = () => {
          waiting = waiting.filter((other) => other !== wake)
          resolve()
        }
        waiting.push(wake)
        signal.addEventListener('abort', stop, { once: true })
      }),
    close: () => {
      clearInterval(poll)
      unwatch?.()
    },
  }
}

/** Index of the first entry after the position; entries stand in order. */
function firstAfter(entries: readonly FeedEntry[], position: number): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (entries[middle]!.position <= position) low = middle + 1
    else high = middle
  }
  return low
}
