import type { gateway } from '@samresa/contracts'
import { createRecentlyUsed, type DocumentStore, type DocumentWrite, type StoredEvent } from '@samresa/store'
import { contentOf } from '../domain/measure-content.ts'
import type { PlannedVersion } from '../domain/reports.ts'
import type { PlannedVersions } from './report-measure.ts'

/** What is kept of a measure in the plan. `version`: as text, since JSON numbers end before versions do. `event`: the sealed event that says what it holds, unless its agency's own report does. */
interface Known {
  measureId: string
  version: string
  event?: StoredEvent
}

/** The versions of measures as the plan has them, heard from planning's events. */
export interface PlannedVersionsView extends PlannedVersions {
  /** The write that keeps what the event says, or undefined when it says nothing about a version. */
  rowFor(event: StoredEvent): DocumentWrite | undefined
  /** Tells that the row of this event has been written. */
  announce(event: StoredEvent): void
}

const collection = 'planned-versions-v1'
const mostMeasures = 5000

type MeasureEventData = { measureId: string; measure: gateway.MeasureJson; reportedVersion?: string }

function knownFrom({ id, type, subject, time, data }: StoredEvent): Known | undefined {
  const { measureId, measure, reportedVersion } = data as MeasureEventData
  switch (type) {
    case 'samresa.planning.v1.AgencyMeasureRecorded':
      // As reported is what the agency's own reports tell already.
      return reportedVersion === undefined ? undefined : { measureId, version: measure.version! }
    case 'samresa.planning.v1.MeasureAdded':
    case 'samresa.planning.v1.MeasureChanged':
      return { measureId, version: measure.version!, event: { id, type, subject, time, data } }
    default:
      return undefined
  }
}

/**
 * `open` is the seal's door: content is opened only when a report comes with the very version the plan has. In a store that this process has
 * to itself, participants used lately are kept in memory, since most reports are about a measure that the plan does not know.
 */
export function createPlannedVersions(
  documents: DocumentStore,
  { open, shared }: { open: (event: StoredEvent) => Promise<StoredEvent>; shared: boolean },
): PlannedVersionsView {
  const { find, announce } = shared ? inStore(documents) : inMemory(documents)
  return {
    rowFor: (event) => {
      const known = knownFrom(event)
      return known && { op: 'put', collection, document: { id: idOf(event.subject, known.measureId), body: known } }
    },
    announce: (event) => {
      const known = knownFrom(event)
      if (known !== undefined) announce(event.subject, known)
    },
    find: async (participantId, measureId, version): Promise<PlannedVersion | undefined> => {
      const known = await find(participantId, measureId)
      if (known === undefined) return undefined
      const held = BigInt(known.version)
      if (held !== version || known.event === undefined) return { version: held }
      const { measure } = (await open(known.event)).data as MeasureEventData
      return { version, content: contentOf(measure) }
    },
  }
}

const idOf = (participantId: string, measureId: string): string => `${participantId}/${measureId}`

interface KnownMeasures {
  find(participantId: string, measureId: string): Promise<Known | undefined>
  /** What is known has been written. */
  announce(participantId: string, known: Known): void
}

const inStore = (documents: DocumentStore): KnownMeasures => ({
  find: (participantId, measureId) => documents.get<Known>(collection, idOf(participantId, measureId)),
  announce: () => undefined,
})

function inMemory(documents: DocumentStore): KnownMeasures {
  const participants = createRecentlyUsed<Promise<Map<string, Known>>>(2000)

  async function load(participantId: string): Promise<Map<string, Known>> {
    const rows = await documents.find<Known>(collection, { from: `${participantId}/`, before: `${participantId}0`, limit: mostMeasures })
    return new Map(rows.map(({ body }) => [body.measureId, body]))
  }

  function knownOf(participantId: string): Promise<Map<string, Known>> {
    const held = participants.get(participantId)
    if (held !== undefined) return held
    const loading = load(participantId)
    participants.set(participantId, loading)
    loading.catch(() => participants.remove(participantId))
    return loading
  }

  return {
    find: async (participantId, measureId) => (await knownOf(participantId)).get(measureId),
    announce: (participantId, known) => {
      // A load under way may have read before this was written, so it is set there too.
      participants.get(participantId)?.then(
        (measures) => measures.set(known.measureId, known),
        () => undefined,
      )
    },
  }
}
