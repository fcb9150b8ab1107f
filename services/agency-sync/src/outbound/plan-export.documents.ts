import type { DocumentStore } from '@samresa/store'
import type { ExportProgress } from '../application/plan-export.ts'

const collection = 'plan-export-v1'

/** One counter for each agency: a process that was overtaken is refused. */
export const exportProgressIn = (documents: DocumentStore): ExportProgress => ({
  of: (agency) => documents.counter(collection, agency),
  advance: async (agency, from, to) => {
    const { outcome } = await documents.write([{ op: 'advance', collection, id: agency, from, to }], 'durable')
    return outcome === 'written'
  },
})
