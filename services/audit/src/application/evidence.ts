import type { access } from '@samresa/contracts'
import type { DocumentStore, DocumentWrite } from '@samresa/store'
import { orderedSteps, stepsOf, type TracedRecord, type TraceStep } from './trace.projection.ts'

/** One access to one participant's data, as it is told. */
export interface AccessRecord {
  at: string
  actor: { user: string; agency?: string; role: string }
  participantId: string
  service: string
  route: string
  purpose: string
  decision: string
  correlationId: string
}

/** Traces and access records, from every service's events. */
export interface Evidence {
  /** The writes that keep what these events prove; writing them again changes nothing. */
  rowsFor(records: readonly TracedRecord[]): DocumentWrite[]
  /** Steps under one correlation, in order. */
  stepsUnder(correlationId: string): Promise<TraceStep[]>
  /** One page of a participant's access records, newest first, and how many there are. */
  accessTo(participantId: string, page: { offset: number; limit: number }): Promise<{ items: AccessRecord[]; total: number }>
}

const traces = 'trace-steps-v1'
const accesses = 'access-records-v1'
const chunk = 2000

/** Ids are `key/rest`, and the character after "/" is "0". */
const under = (key: string) => ({ from: `${key}/`, before: `${key}0` })

export function createEvidence(documents: DocumentStore): Evidence {
  return {
    rowsFor: (records) => [...traceRows(records), ...records.flatMap(accessRow)],

    stepsUnder: async (correlationId) => {
      const rows = await documents.find<TraceStep[]>(traces, { ...under(correlationId), limit: 10_000 })
      return orderedSteps(rows.flatMap(({ body }) => body))
    },

    accessTo: async (participantId, { offset, limit }) => {
      const items: AccessRecord[] = []
      let total = 0
      let { from, before } = under(participantId)
      for (;;) {
        const rows = await documents.find<AccessRecord>(accesses, { from, before, limit: chunk, reverse: true })
        for (const { body } of rows) {
          if (total >= offset && items.length < limit) items.push(body)
          total += 1
        }
        if (rows.length < chunk) return { items, total }
        before = rows.at(-1)!.id
      }
    },
  }
}

/** One document for each correlation in the batch: a report's steps come close together. */
function traceRows(records: readonly TracedRecord[]): DocumentWrite[] {
  const grouped = new Map<string, { id: string; steps: TraceStep[] }>()
  for (const record of records) {
    for (const { correlationId, step } of stepsOf(record)) {
      const group = grouped.get(correlationId)
      if (group === undefined) grouped.set(correlationId, { id: `${correlationId}/${record.id}`, steps: [step] })
      else group.steps.push(step)
    }
  }
  return Array.from(grouped.values(), ({ id, steps }) => ({ op: 'put', collection: traces, document: { id, body: steps } }))
}

function accessRow({ id, type, subject, data }: TracedRecord): DocumentWrite[] {
  if (type !== 'samresa.access.v1.AccessRecorded') return []
  const { at, user, agency, role, service, route, purpose, decision, correlationId } = data as Required<access.AccessRecordedJson>
  const actor = agency === undefined ? { user, role } : { user, agency, role }
  const body: AccessRecord = { at, actor, participantId: subject, service, route, purpose, decision, correlationId }
  return [{ op: 'put', collection: accesses, document: { id: `${subject}/${at}/${id}`, body } }]
}
