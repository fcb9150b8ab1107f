import { type Consumer, type EventBus, subscribeProjection } from '@samresa/bus'
import type { DocumentStore } from '@samresa/store'
import { histogram } from '@samresa/telemetry'
import type { LiveRows } from '../../application/live-rows.ts'
import type { TimelineRow } from '../../application/ports.ts'
import { belongsOnTimeline, rowFrom, timelineCollection, timelineWrites } from '../../application/timeline.projection.ts'

const delays = histogram('samresa_event_to_timeline_seconds')
const oldestDelaySeconds = 24 * 3600

/** A timeline that is built anew shows events of years again: what is older than a day was not waited for. */
function recordDelay({ at, shownAt, source }: TimelineRow): void {
  const seconds = (Date.parse(shownAt) - Date.parse(at)) / 1000
  if (seconds <= oldestDelaySeconds) delays.record(Math.max(0, seconds), { source })
}

/**
 * Keeps the timeline: what planning and journey itself tell about participants. A report that agency-sync accepts makes no row of its own:
 * planning's record of it does. Whoever follows a timeline hears of a row once it is written.
 */
export function consumeTimeline({ bus, documents, live }: { bus: EventBus; documents: DocumentStore; live: LiveRows }): Promise<Consumer> {
  const now = () => new Date().toISOString()
  return subscribeProjection({
    bus,
    documents,
    name: timelineCollection,
    sources: ['journey', 'planning'],
    rows: (record) => timelineWrites(record, now()),
    onWritten: (records) => {
      const shownAt = now()
      const rows = records.filter(belongsOnTimeline).map((record) => rowFrom(record, shownAt))
      for (const row of rows) recordDelay(row)
      live.announce(rows)
    },
  })
}
