import type { EventType } from '@samresa/contracts'
import type { DocumentStore, DocumentWrite, StoredEvent } from '@samresa/store'

/** One change of a plan in the order all agencies get it. The event is as stored: sealed. */
export interface FeedEntry {
  position: number
  event: StoredEvent
  correlationId: string
}

/** An event that has come from planning. */
export type FeedSource = StoredEvent & { correlationId: string }

/** The one feed of plan changes. Its single consumer gives the positions; who may see an entry is decided when it is delivered. */
export interface OutwardFeed {
  /** The write that makes the event an entry; it counts when `announce` is called with the same event after the write. */
  entryFor(event: FeedSource): DocumentWrite
  announce(events: readonly { id: string }[]): void
  /** Position of the newest announced entry; 0 when there is none. */
  end(): number
  /** Entries after a position, oldest first; from memory near the end, from the store further back. */
  read(after: number, limit: number): Promise<FeedEntry[]>
  /** Resolves when there is something after the position, or the signal aborts. */
  grownBeyond(position: number, signal: AbortSignal): Promise<void>
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

/** Opens the feed where the store has it. `recentEntries` bounds what is kept in memory. */
export async function openOutwardFeed(documents: DocumentStore, recentEntries = 2000): Promise<OutwardFeed> {
  const [newest] = await documents.find<FeedEntry>(collection, { limit: 1, reverse: true })
  let given = newest?.body.position ?? 0
  let end = given
  /** Entries after `floor` are all in `recent`. */
  let floor = end
  let recent: FeedEntry[] = []
  const written = new Map<string, FeedEntry>()
  let waiting: (() => void)[] = []

  function keep(entry: FeedEntry): void {
    // A position that was written and never announced is found in the store: memory begins anew behind it.
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

  return {
    entryFor: ({ id, type, subject, time, data, correlationId }) => {
      // An event whose write failed comes again: it keeps its place in the order by taking a new position, and the old one stays empty.
      given += 1
      const entry = { position: given, event: { id, type, subject, time, data }, correlationId }
      written.set(id, entry)
      return { op: 'put', collection, document: { id: idOf(given), body: entry } }
    },
    announce: (events) => {
      for (const { id } of events) {
        const entry = written.get(id)
        if (entry === undefined) continue
        written.delete(id)
        keep(entry)
      }
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
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
