import { type Consumer, type EventBus, subscribeProjection } from '@samresa/bus'
import type { DocumentStore } from '@samresa/store'
import type { LiveRows } from '../../application/live-rows.ts'
import { belongsOnTimeline, rowFrom, timelineCollection, timelineWrites } from '../../application/timeline.projection.ts'

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
      live.announce(records.filter(belongsOnTimeline).map((record) => rowFrom(record, shownAt)))
    },
  })
}
