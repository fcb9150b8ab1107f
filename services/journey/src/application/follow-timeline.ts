import type { AccessLog } from '@samresa/access-log'
import { type BusinessClock, type CallContext, RejectionError, reject } from '@samresa/kernel'
import type { Seal } from '@samresa/seal'
import type { LiveRows } from './live-rows.ts'
import type { ParticipantRecords } from './participant-records.ts'
import type { TimelineRow, TimelineRows } from './ports.ts'
import { cursorFrom, cursorText, inOrderOfArrival, isAfter, isNext, past, startOfTimeline, type TimelineCursor } from './timeline-cursor.ts'
import { type TimelineItem, timelineItemFrom } from './timeline-item.ts'

/** An item with the position after it. */
export interface FollowedItem {
  item: TimelineItem
  cursor: string
}

/** Who follows, and the route that they came by. */
type FollowContext = CallContext & { route: string }

const notOurCursor = () => {
  const detail = 'Resume with the id of an event of this stream, or with the cursor of the timeline.'
  return new RejectionError(reject('invalid', 'INVALID_FIELD', detail, [{ pointer: '/query/after', detail }]))
}

/** Rows kept for somebody who is slower than they come; what is more is read again. */
const mostHeard = 500

/** A stop that can be waited for. */
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })))

/**
 * Follows a participant's timeline from a position on (without one: from now), for as long as the signal lasts. Nothing is lost between
 * what is read and what comes live, and who may see a row is decided when it is told, so a withdrawal works on an open stream. Each item is on
 * record before it is told, and looked at once more after the record: what was withdrawn meanwhile is not told.
 */
export function createFollowTimeline({
  records,
  rows,
  live,
  seal,
  accessLog,
  businessClock,
}: {
  records: ParticipantRecords
  rows: TimelineRows
  live: LiveRows
  seal: Seal
  accessLog: AccessLog
  businessClock: BusinessClock
}) {
  async function itemFor(context: CallContext, row: TimelineRow): Promise<TimelineItem | undefined> {
    const { facts, relation } = await records.getFor(context, row.subject)
    return timelineItemFrom(row, { actor: context.actor, facts, relation, today: businessClock.today().toString() }, seal)
  }

  /** The row as it is on record and still decided; undefined when it is hidden, or has become so. */
  async function recordedItemFor(context: FollowContext, row: TimelineRow): Promise<TimelineItem | undefined> {
    const { actor, purpose, correlationId, route } = context
    let item = await itemFor(context, row)
    while (item !== undefined) {
      const { id: eventId, type, version } = row
      const delivery = { eventId, type, correlationId: row.correlationId, to: actor.user, view: item.view, position: String(version) }
      const about = { participantId: row.subject, deliveries: [delivery] }
      await accessLog.record({ ...about, actor, purpose, correlationId, route, decision: 'ALLOWED' })
      const now = await itemFor(context, row)
      if (JSON.stringify(now) === JSON.stringify(item)) break
      item = now
    }
    return item
  }

  async function* follow(context: FollowContext, participantId: string, from: TimelineCursor | undefined, signal: AbortSignal) {
    let heard: TimelineRow[] = []
    let unread = false
    let wake = () => {}
    // Listening begins before reading: what is written meanwhile comes twice, and the position drops the second.
    const unlisten = live.listen(participantId, (row) => {
      if (row === undefined || heard.length === mostHeard) unread = true
      else heard.push(row)
      wake()
    })
    try {
      const ended = aborted(signal)
      let rowsDue = await rows.ofParticipant(participantId)
      let cursor = from ?? rowsDue.reduce(past, startOfTimeline)
      rowsDue = inOrderOfArrival(rowsDue)
      for (let areRead = true; !signal.aborted; ) {
        for (const row of rowsDue) {
          if (!isAfter(cursor, row)) continue
          // There may be another before it that nobody told us of.
          if (!areRead && !live.tellsAll && !isNext(cursor, row)) {
            unread = true
            break
          }
          cursor = past(cursor, row)
          if (signal.aborted) return
          const item = await recordedItemFor(context, row)
          if (signal.aborted) return
          if (item !== undefined) yield { item, cursor: cursorText(cursor) }
        }
        areRead = unread
        if (unread) {
          unread = false
          rowsDue = inOrderOfArrival(await rows.ofParticipant(participantId))
        } else {
          rowsDue = heard
          heard = []
        }
        if (areRead || rowsDue.length > 0) continue
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
  return async (context: FollowContext, participantId: string, after: string | undefined) => {
    await records.getFor(context, participantId)
    const from = after === undefined ? undefined : cursorFrom(after)
    if (after !== undefined && from === undefined) throw notOurCursor()
    return (signal: AbortSignal): AsyncGenerator<FollowedItem> => follow(context, participantId, from, signal)
  }
}

export type FollowTimeline = ReturnType<typeof createFollowTimeline>
