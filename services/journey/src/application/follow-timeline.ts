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

/** A row, and how it was seen a moment ago; undefined: hidden. */
interface Seen {
  row: TimelineRow
  item: TimelineItem | undefined
}

/** Who follows, and the route that they came by. */
type FollowContext = CallContext & { route: string }

const notOurCursor = () => {
  const detail = 'Resume with the id of an event of this stream, or with the cursor of the timeline.'
  return new RejectionError(reject('invalid', 'INVALID_FIELD', detail, [{ pointer: '/query/after', detail }]))
}

/** Rows that come together are put on record together: few enough that somebody who leaves has not many on record that were never told. */
const recordedAtOnce = 20

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
  /** How the reader may see these rows at this moment. */
  async function itemsFor(context: CallContext, due: readonly TimelineRow[]): Promise<Seen[]> {
    const [first] = due
    if (first === undefined) return []
    const { facts, relation } = await records.getFor(context, first.subject)
    const reader = { actor: context.actor, facts, relation, today: businessClock.today().toString() }
    return await Promise.all(due.map(async (row) => ({ row, item: await timelineItemFrom(row, reader, seal) })))
  }

  /** Puts on record that these are about to be told, those that are hidden left out. */
  async function record({ actor, purpose, correlationId, route }: FollowContext, seen: readonly Seen[]): Promise<void> {
    const deliveries = seen.flatMap(({ row, item }) => {
      if (item === undefined) return []
      const { id: eventId, type, version } = row
      return [{ eventId, type, correlationId: row.correlationId, to: actor.user, view: item.view, position: String(version) }]
    })
    if (deliveries.length === 0) return
    const participantId = seen[0]!.row.subject
    await accessLog.record({ participantId, deliveries, actor, purpose, correlationId, route, decision: 'ALLOWED' })
  }

  /** The row as it is on record and still decided; undefined when it is hidden, or has become so. */
  async function itemToTell(context: FollowContext, { row, item: recorded }: Seen): Promise<TimelineItem | undefined> {
    for (let item = recorded; ; ) {
      const [now] = await itemsFor(context, [row])
      if (JSON.stringify(now!.item) === JSON.stringify(item)) return item
      await record(context, [now!])
      item = now!.item
    }
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
        const due: TimelineRow[] = []
        let reached = cursor
        for (const row of rowsDue) {
          if (!isAfter(reached, row)) continue
          // There may be another before it that nobody told us of.
          if (!areRead && !live.tellsAll && !isNext(reached, row)) {
            unread = true
            break
          }
          reached = past(reached, row)
          due.push(row)
        }
        for (let from = 0; from < due.length; from += recordedAtOnce) {
          const seen = await itemsFor(context, due.slice(from, from + recordedAtOnce))
          await record(context, seen)
          for (const one of seen) {
            cursor = past(cursor, one.row)
            if (signal.aborted) return
            const item = await itemToTell(context, one)
            if (signal.aborted) return
            if (item !== undefined) yield { item, cursor: cursorText(cursor) }
          }
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
