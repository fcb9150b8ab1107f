import type { BusinessClock, CallContext } from '@samresa/kernel'
import type { Seal } from '@samresa/seal'
import type { ParticipantRecords } from './participant-records.ts'
import type { TimelineRows } from './ports.ts'
import { cursorText, past, startOfTimeline } from './timeline-cursor.ts'
import { type TimelineItem, timelineItemFrom } from './timeline-item.ts'

export interface TimelinePage {
  items: TimelineItem[]
  page: number
  limit: number
  /** What this reader may see, and nothing else, is counted. */
  total: number
  /** Where to follow from without missing anything: the stream takes it as `after`. */
  cursor: string
}

/** Reads a participant's timeline as the reader may see it at this moment. */
export function createReadTimeline({
  records,
  rows,
  seal,
  businessClock,
}: {
  records: ParticipantRecords
  rows: TimelineRows
  seal: Seal
  businessClock: BusinessClock
}) {
  return async (
    context: CallContext,
    participantId: string,
    { page, limit, order }: { page: number; limit: number; order: 'asc' | 'desc' },
  ): Promise<TimelinePage> => {
    const { facts, relation } = await records.getFor(context, participantId)
    const reader = { actor: context.actor, facts, relation, today: businessClock.today().toString() }
    const all = await rows.ofParticipant(participantId)
    const seen = (await Promise.all(all.map((row) => timelineItemFrom(row, reader, seal)))).filter((item) => item !== undefined)
    const ordered = order === 'desc' ? seen.toReversed() : seen
    return {
      items: ordered.slice((page - 1) * limit, page * limit),
      page,
      limit,
      total: seen.length,
      cursor: cursorText(all.reduce(past, startOfTimeline)),
    }
  }
}

export type ReadTimeline = ReturnType<typeof createReadTimeline>
