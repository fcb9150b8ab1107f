import type { DocumentStore } from '@samresa/store'
import type { TimelineRow, TimelineRows } from '../application/ports.ts'
import { timelineCollection } from '../application/timeline.projection.ts'
import { isAfter, past, startOfTimeline } from '../application/timeline-cursor.ts'

const rowsAtOnce = 1_000
const mostUnderCorrelation = 1_000

/**
 * The timeline's rows in documents, read in pages. In a store that other processes write to, a row may be written behind the page that is
 * being read, and the next of its stream before it: rows are read twice, and the second time only as far as the first had come, since
 * whatever the first found had all rows before it written already.
 */
export function createDocumentTimelineRows(documents: DocumentStore, { shared = false }: { shared?: boolean } = {}): TimelineRows {
  async function readAll(participantId: string): Promise<TimelineRow[]> {
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
  }

  async function readWithoutGaps(participantId: string): Promise<TimelineRow[]> {
    const reached = (await readAll(participantId)).reduce(past, startOfTimeline)
    return (await readAll(participantId)).filter((row) => !isAfter(reached, row))
  }

  return {
    ofParticipant: shared ? readWithoutGaps : readAll,
    underCorrelation: async (correlationId) => {
      const found = await documents.findByIndex<TimelineRow>(timelineCollection, correlationId, mostUnderCorrelation)
      return found.map(({ body }) => body)
    },
  }
}

/** The store's way to tell of rows that other processes have written; undefined where it has none. */
export const watchTimelineRows = ({ watch }: DocumentStore): ((listener: (rows: TimelineRow[]) => void) => () => void) | undefined =>
  watch && ((listener) => watch<TimelineRow>(timelineCollection, (found) => listener(found.map(({ body }) => body))))
