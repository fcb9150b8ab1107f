import type { TimelineRow } from './ports.ts'

/** Tells those who follow a timeline about rows as soon as these are written. */
export interface LiveRows {
  announce(rows: TimelineRow[]): void
  /** Hears of the participant's new rows until the returned way to stop is taken. */
  listen(participantId: string, listener: (row: TimelineRow) => void): () => void
}

export function createLiveRows(): LiveRows {
  const listeners = new Map<string, Set<(row: TimelineRow) => void>>()
  return {
    announce: (rows) => {
      for (const row of rows) for (const listener of listeners.get(row.subject) ?? []) listener(row)
    },
    listen: (participantId, listener) => {
      const heard = listeners.get(participantId) ?? new Set()
      listeners.set(participantId, heard.add(listener))
      return () => {
        heard.delete(listener)
        if (heard.size === 0) listeners.delete(participantId)
      }
    },
  }
}
