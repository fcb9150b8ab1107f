import type { EventRecord } from '../event-bus.ts'
import { recordsOf } from '../event-record.ts'
import type { ParkedStream } from '../parked.ts'
import type { SourceLog } from './source-reader.ts'

/** A stream that waits: for another attempt, or, when parked, for a person. What comes in it meanwhile is read again from the log. */
export interface HeldStream {
  source: string
  stream: string
  fromSeq: number
  fromVersion: number
  /** Where its first waiting event stands in the log. */
  position: number
  /** Machine time in ms of the next attempt; Infinity while parked. */
  dueAt: number
  /** The last event that came by while it was held. */
  seenThrough: number
  parked?: ParkedStream
}

/** The part of a held stream that is up for another attempt. */
export interface HeldPart {
  held: HeldStream
  records: EventRecord[]
  /** Nothing stood in the stream behind the last record when it was read. */
  whole: boolean
}

const largestPart = 100

export const holdFrom = (record: EventRecord, position: number): HeldStream => ({
  source: record.source,
  stream: record.stream,
  fromSeq: record.commit.seq,
  fromVersion: record.version,
  position,
  dueAt: Number.POSITIVE_INFINITY,
  seenThrough: record.version,
})

export const heldFromParked = (parked: ParkedStream): HeldStream => ({
  source: parked.source,
  stream: parked.stream,
  fromSeq: parked.fromSeq,
  fromVersion: parked.fromVersion,
  position: 0,
  dueAt: parked.decision === undefined ? Number.POSITIVE_INFINITY : 0,
  seenThrough: parked.fromVersion,
  parked,
})

/** Reads what waits in a held stream, from its first waiting event on. */
export async function heldPartFrom(log: SourceLog, held: HeldStream): Promise<HeldPart> {
  const commits = await log.readStream(held.stream, held.fromSeq)
  const records = commits.flatMap((commit) => recordsOf(held.source, commit)).filter(({ version }) => version >= held.fromVersion)
  return { held, records: records.slice(0, largestPart), whole: records.length <= largestPart }
}
