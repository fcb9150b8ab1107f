import type { TimelineRow } from './ports.ts'

/**
 * How far a reader has come: the last event number of each of the participant's two streams. Numbers in a stream have no gaps and never
 * change, so a position outlives a rebuilt timeline, and none can be overtaken by a row that is written late.
 */
export interface TimelineCursor {
  journey: number
  planning: number
}

export const startOfTimeline: TimelineCursor = { journey: 0, planning: 0 }

const streamOf = (row: TimelineRow): keyof TimelineCursor => (row.source === 'journey' ? 'journey' : 'planning')

/** True when the reader at `cursor` has not had this row. */
export const isAfter = (cursor: TimelineCursor, row: TimelineRow): boolean => row.version > cursor[streamOf(row)]

/** True when nothing of its stream lies between the reader at `cursor` and this row. */
export const isNext = (cursor: TimelineCursor, row: TimelineRow): boolean => row.version === cursor[streamOf(row)] + 1

/** The position of a reader who has had this row too. */
export const past = (cursor: TimelineCursor, row: TimelineRow): TimelineCursor =>
  isAfter(cursor, row) ? { ...cursor, [streamOf(row)]: row.version } : cursor

/** Rows in the order in which they are told to somebody who follows: each stream in its own order, the two merged by time of commit. */
export function inOrderOfArrival(rows: readonly TimelineRow[]): TimelineRow[] {
  const byVersion = (source: keyof TimelineCursor) =>
    rows.filter((row) => streamOf(row) === source).sort((one, other) => one.version - other.version)
  const journey = byVersion('journey')
  const planning = byVersion('planning')
  const merged: TimelineRow[] = []
  let taken = 0
  for (const row of planning) {
    while (taken < journey.length && journey[taken]!.at <= row.at) merged.push(journey[taken++]!)
    merged.push(row)
  }
  return [...merged, ...journey.slice(taken)]
}

export const cursorText = ({ journey, planning }: TimelineCursor): string => `${journey}.${planning}`

/** The position from its text; undefined when the text is none of ours. */
export function cursorFrom(text: string): TimelineCursor | undefined {
  const parts = /^(\d{1,15})\.(\d{1,15})$/.exec(text)
  return parts === null ? undefined : { journey: Number(parts[1]), planning: Number(parts[2]) }
}
