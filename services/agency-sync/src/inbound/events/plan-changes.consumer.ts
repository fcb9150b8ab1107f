import { type Consumer, type EventBus, type EventRecord, subscribeProjection } from '@samresa/bus'
import type { DocumentStore, StoredEvent } from '@samresa/store'
import { type OutwardFeed, outwardTypes } from '../../application/outward-feed.ts'
import type { PlannedVersionsView } from '../../application/planned-versions.ts'

const outward = new Set<string>(outwardTypes)

const storedFrom = ({ id, type, subject, time, data }: EventRecord): StoredEvent => ({ id, type, subject, time, data })

/** Hears planning: what the plan holds of each measure, and the feed that agencies subscribe to, written together. */
export function consumePlanChanges({
  bus,
  documents,
  feed,
  plannedVersions,
}: {
  bus: EventBus
  documents: DocumentStore
  feed: OutwardFeed
  plannedVersions: PlannedVersionsView
}): Promise<Consumer> {
  return subscribeProjection({
    bus,
    documents,
    name: 'plan-changes-v1',
    sources: ['planning'],
    rows: (record) => {
      if (!outward.has(record.type)) return []
      const event = storedFrom(record)
      const version = plannedVersions.rowFor(event)
      // Last, after everything that may throw: a position that is given is written.
      const { correlationId, traceparent } = record
      const entry = feed.entryFor({ ...event, correlationId, ...(traceparent !== undefined && { traceparent }) })
      return version === undefined ? [entry] : [entry, version]
    },
    reload: () => feed.reload(),
    onWritten: (records) => {
      for (const record of records) plannedVersions.announce(storedFrom(record))
      feed.announce(records)
    },
  })
}
