import type { Actor } from '@samresa/kernel'
import type { Seal } from '@samresa/seal'
import { type AccessFacts, type Relation, type View, viewOfEvent } from '@samresa/visibility'
import type { TimelineRow } from './ports.ts'
import { timelineTitle } from './timeline-title.ts'

/** A row as a reader may see it. A masked one says that something is there and when; never what, from whom or in which connection. */
export interface TimelineItem {
  eventId: string
  type?: string
  /** Business clock. */
  occurredAt: string
  /** Machine clock. */
  recordedAt?: string
  source?: string
  correlationId?: string
  view: Exclude<View, 'hidden'>
  title: { sv: string }
  data: object
}

export interface Reader {
  actor: Actor
  facts: AccessFacts
  relation: Relation
  /** Local day of the business clock, YYYY-MM-DD. */
  today: string
}

/** The row as the reader may see it now; undefined when it is hidden. */
export async function timelineItemFrom(
  row: TimelineRow,
  { actor, facts, relation, today }: Reader,
  seal: Seal,
): Promise<TimelineItem | undefined> {
  // An auditor reads the texts as they are stored: sealed.
  const event = relation === 'auditor' ? row : await seal.openEvent(row)
  const shown = viewOfEvent(actor, facts, event, today)
  if (shown.view === 'hidden') return undefined
  const title = { sv: timelineTitle({ type: row.type, data: shown.data }, shown.view) }
  const masked = { eventId: row.id, occurredAt: row.time, view: shown.view, title, data: shown.data }
  if (shown.view === 'masked') return masked
  return { ...masked, type: row.type, recordedAt: row.at, source: row.source, correlationId: row.correlationId }
}
