import type { EventRecord } from '../event-bus.ts'
import type { ParkedStream } from '../parked.ts'
import type { Placed } from './feed.ts'

/** A stream that waits: for another attempt, or, when parked, for a person. */
export interface HeldStream {
  source: string
  stream: string
  lane: string
  fromSeq: number
  fromVersion: number
  /** The first position in its lane that may not be passed; Infinity when all that waits is on disk. */
  position: number
  /** Machine time in ms of the next attempt; Infinity while parked. */
  dueAt: number
  /** The last event that came by while it was held. */
  seenThrough: number
  /** What waits and cannot be read again: all of it, or of a parked stream what is not on disk yet. */
  waiting?: Placed[]
  parked?: ParkedStream
  /** The event that must come first: its number, since when (monotonic, ms) it is waited for, and whether an operator has been told. */
  missing?: { version: number; since: number; told: boolean }
}

/** The part of a held stream that is up for another attempt. */
export interface HeldPart {
  held: HeldStream
  records: EventRecord[]
  /** Nothing stood in the stream behind the last record when it was read. */
  whole: boolean
}

export const largestPart = 100

export const holdFrom = (placed: Placed, keeps: boolean): HeldStream => ({
  source: placed.record.source,
  stream: placed.record.stream,
  lane: placed.lane,
  fromSeq: placed.record.commit.seq,
  fromVersion: placed.record.version,
  position: placed.position,
  dueAt: Number.POSITIVE_INFINITY,
  seenThrough: placed.record.version,
  ...(keeps ? { waiting: [placed] } : {}),
})

export const heldFromParked = (parked: ParkedStream, keeps: boolean): HeldStream => ({
  source: parked.source,
  stream: parked.stream,
  lane: parked.lane,
  fromSeq: parked.fromSeq,
  fromVersion: parked.fromVersion,
  position: Number.POSITIVE_INFINITY,
  dueAt: parked.decision === undefined ? Number.POSITIVE_INFINITY : 0,
  seenThrough: parked.fromVersion,
  ...(keeps ? { waiting: [] } : {}),
  parked,
})
