import { type BusinessClock, type CallContext, RejectionError, reject } from '@samresa/kernel'
import type { Seal } from '@samresa/seal'
import type { LiveRows } from './live-rows.ts'
import type { ParticipantRecords } from './participant-records.ts'
import type { TimelineRow, TimelineRows } from './ports.ts'
import { cursorFrom, cursorText, inOrderOfArrival, isAfter, past, startOfTimeline, type TimelineCursor } from './timeline-cursor.ts'
import { type TimelineItem, timelineItemFrom } from './timeline-item.ts'

/** An item with the position after it and its event's number in its stream. */
export interface FollowedItem {
  item: TimelineItem
  cursor: string
  row: TimelineRow
}

const notOurCursor = () => {
  const detail = 'Resume with the id of an event of this stream, or with the cursor of the timeline.'
  return new RejectionError(reject('invalid', 'INVALID_FIELD', detail, [{ pointer: '/query/after', detail }]))
}

/** A stop that can be waited for. */
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })))

/**
 * Follows a participant's timeline from a position on (without one: from now), for as long as the signal lasts. Nothing is lost between
 * what is read and what comes live, and who may see a row is decided when it is told, so a withdrawal works on an open stream.
 */
export function createFollowTimeline({
  records,
  rows,
  live,
  seal,
  businessClock,
}: {
  records: ParticipantRecords
  rows: TimelineRows
  live: LiveRows
  seal: Seal
  businessClock: BusinessClock
}) {
  async function itemFor(context: CallContext, row: TimelineRow): Promise<TimelineItem | undefined> {
    const { facts, relation } = await records.getFor(context, row.subject)
    return timelineItemFrom(row, { actor: context.actor, facts, relation, today: businessClock.today().toString() }, seal)
  }

  async function* follow(context: CallContext, participantId: string, from: TimelineCursor | undefined, signal: AbortSignal) {
    let waiting: TimelineRow[] = []
    let wake = () => {}
    // Listening begins before reading: what is written meanwhile comes twice, and the position drops the second.
    const unlisten = live.listen(participantId, (row) => {
      waiting.push(row)
      wake()
    })
    try {
      const ended = aborted(signal)
      const written = await rows.ofParticipant(participantId)
      let cursor = from ?? written.reduce(past, startOfTimeline)
      waiting = [...inOrderOfArrival(written), ...waiting]
      while (!signal.aborted) {
        const batch = waiting
        waiting = []
        for (const row of batch) {
          if (!isAfter(cursor, row)) continue
          cursor = past(cursor, row)
          const item = await itemFor(context, row)
          if (signal.aborted) return
          if (item !== undefined) yield { item, cursor: cursorText(cursor), row }
        }
        if (waiting.length > 0) continue
        await Promise.race([
          ended,
          new Promise<void>((resolve) => {
            wake = resolve
          }),
        ])
      }
    } finally {
      unlisten()
    }
  }

  /** Refuses (by rejecting) before anything is told; the returned function then follows. */
  return async (context: CallContext, participantId: string, after: string | undefined) => {
    await records.getFor(context, participantId)
    const from = after === undefined ? undefined : cursorFrom(after)
    if (after !== undefined && from === undefined) throw notOurCursor()
    return (signal: AbortSignal): AsyncGenerator<FollowedItem> => follow(context, participantId, from, signal)
  }
}

export type FollowTimeline = ReturnType<typeof createFollowTimeline>
