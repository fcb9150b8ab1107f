import type { TimelineRow } from './ports.ts'

/** Called with a new row, or with none when there may be new rows to read. */
export type LiveListener = (row?: TimelineRow) => void

/** Tells those who follow a timeline about rows as soon as these are written. */
export interface LiveRows {
  announce(rows: TimelineRow[]): void
  /** Hears of the participant's new rows until the returned way to stop is taken. */
  listen(participantId: string, listener: LiveListener): () => void
  close(): void
}

/** For a store that this process has to itself: every row is announced, each stream's in its order, so that nobody has to read. */
export function createLiveRows(): LiveRows {
  const listeners = createListeners()
  return {
    announce: (rows) => {
      for (const row of rows) for (const listener of listeners.of(row.subject)) listener(row)
    },
    listen: listeners.add,
    close: () => undefined,
  }
}

/** How often a follower reads again whatever it was told: the longest that a row may be late when the store fails over. */
const readAgainMs = 5_000

/**
 * For a store that other processes write to: what they write is told of by the store, perhaps late, twice or never, so that what is told is
 * that there is something to read, and the rows themselves are read in order. `watch` is the store's way to tell, where it has one.
 */
export function createSharedLiveRows(
  watch: ((listener: (rows: TimelineRow[]) => void) => () => void) | undefined,
  everyMs = readAgainMs,
): LiveRows {
  const listeners = createListeners()
  const announce = (rows: TimelineRow[]) => {
    for (const subject of new Set(rows.map(({ subject }) => subject))) for (const listener of listeners.of(subject)) listener()
  }
  const unwatch = watch?.(announce)
  return {
    announce,
    listen: (participantId, listener) => {
      const forget = listeners.add(participantId, listener)
      const again = setInterval(listener, everyMs)
      return () => {
        clearInterval(again)
        forget()
      }
    },
    close: () => unwatch?.(),
  }
}

function createListeners() {
  const byParticipant = new Map<string, Set<LiveListener>>()
  return {
    of: (participantId: string): Iterable<LiveListener> => byParticipant.get(participantId) ?? [],
    add: (participantId: string, listener: LiveListener): (() => void) => {
      const heard = byParticipant.get(participantId) ?? new Set()
      byParticipant.set(participantId, heard.add(listener))
      return () => {
        heard.delete(listener)
        if (heard.size === 0) byParticipant.delete(participantId)
      }
    },
  }
}
