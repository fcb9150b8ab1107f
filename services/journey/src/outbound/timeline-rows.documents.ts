import type { DocumentStore } from '@samresa/store'
import type { TimelineRow, TimelineRows } from '../application/ports.ts'
import { timelineCollection } from '../application/timeline.projection.ts'

const rowsAtOnce = 1_000
const mostUnderCorrelation = 1_000

/** The timeline's rows in documents, read in pages. */
export function createDocumentTimelineRows(documents: DocumentStore): TimelineRows {
  return {
    ofParticipant: async (participantId) => {
      const rows: TimelineRow[] = []
      // "0" is the character after "/"; a space sorts before everything that an id can go on with.
      const before = `${participantId}0`
      for (let from: string | undefined = `${participantId}/`; from !== undefined; ) {
        const page: { id: string; body: TimelineRow }[] = await documents.find<TimelineRow>(timelineCollection, {
          from,
          before,
          limit: rowsAtOnce,
        })
        rows.push(...page.map(({ body }) => body))
        from = page.length < rowsAtOnce ? undefined : `${page.at(-1)!.id} `
      }
      return rows
    },
    underCorrelation: async (correlationId) => {
      const found = await documents.findByIndex<TimelineRow>(timelineCollection, correlationId, mostUnderCorrelation)
      return found.map(({ body }) => body)
    },
  }
}
