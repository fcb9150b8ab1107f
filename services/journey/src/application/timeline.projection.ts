import type { EventRecord } from '@samresa/bus'
import type { DocumentWrite } from '@samresa/store'
import type { TimelineRow } from './ports.ts'
import { hasTitle } from './timeline-title.ts'

/** Where the rows are kept; a new shape takes a new name and is built beside the old one. */
export const timelineCollection = 'timeline-v1'

/** Sorts by (occurredAt, eventId), so that a late arrival finds its place and nothing else moves. */
const rowId = ({ subject, time, id }: EventRecord): string => `${subject}/${time}/${id}`

/** The row of an event. */
export const rowFrom = (record: EventRecord, shownAt: string): TimelineRow => ({
  id: record.id,
  type: record.type,
  source: record.source,
  subject: record.subject,
  time: record.time,
  stream: record.stream,
  version: record.version,
  correlationId: record.correlationId,
  at: record.at,
  data: record.data,
  shownAt,
})

/** True for the events that belong on a timeline: those that there are words for. */
export const belongsOnTimeline = (record: EventRecord): boolean => record.subject !== '' && hasTitle(record.type)

/** What an event writes into the timeline; `shownAt` is the machine's clock. */
export function timelineWrites(record: EventRecord, shownAt: string): DocumentWrite[] {
  if (!belongsOnTimeline(record)) return []
  const document = { id: rowId(record), index: record.correlationId, body: rowFrom(record, shownAt) }
  return [{ op: 'put', collection: timelineCollection, document }]
}
