import { setTimeout as pause } from 'node:timers/promises'
import type { DocumentStore, DocumentWrite } from '@samresa/store'
import { createRecentlyUsed } from '@samresa/store'
import { inSpan, joining, type SpanOptions } from '@samresa/telemetry'
import { consumerCollection, fenceId } from './consumer-state.ts'
import type { Consumer, EventBus, EventRecord, Outcome } from './event-bus.ts'

export interface ProjectionOptions {
  bus: EventBus
  /** Where the rows lie; the fences lie beside them. */
  documents: DocumentStore
  /** Names the read model and its version: under a new name it is built from the first event on. */
  name: string
  sources: string[]
  /** The records of accesses too; left out by default. */
  accesses?: boolean
  /** The writes that an event makes. One that throws parks the event. */
  rows(record: EventRecord): DocumentWrite[]
  /** Told after the rows of these events are written, each event at most once: after a throw, which is logged, or a restart it does not come again. */
  onWritten?(records: EventRecord[]): void
  /**
   * Told after a batch was refused or failed, before its events are tried again: whoever numbers its rows reads anew where it stands, since
   * another process may have written meanwhile.
   */
  reload?(): Promise<void>
}

const againAfterMs = 500
const fencesInMemory = 20_000
/** For rows that are numbered: of processes at the same number one gets it, the others try again at different times. */
const mostAttempts = 8
const apartMs = 10

interface Fence {
  from: number
  to: number
  /** Where it stood when last looked at; other processes may have moved it since. */
  remembered: boolean
  /** Why nothing more of this stream is taken from the batch. */
  stop?: Outcome
}

/** Keeps a read model: an event's rows and the fence of its stream are one write, so that each event counts once. */
export function subscribeProjection(options: ProjectionOptions): Promise<Consumer> {
  const { bus, documents, name, sources, accesses = false, rows, onWritten, reload } = options
  const collection = consumerCollection(name)
  const heads = createRecentlyUsed<number>(fencesInMemory)

  const headOf = async (id: string): Promise<number> => {
    const head = await documents.counter(collection, id)
    heads.set(id, head)
    return head
  }

  let failed = false
  const readAnew = async () => {
    heads.clear()
    await reload?.()
    failed = false
  }

  /** Writes what is new in the batch, or nothing: `overtaken` when a fence stands elsewhere, `refused` when a row was refused. */
  const apply = async (batch: EventRecord[]): Promise<Outcome[] | 'overtaken' | 'refused'> => {
    const fences = new Map<string, Fence>()
    const writes: DocumentWrite[] = []
    const fresh: EventRecord[] = []
    const outcomes: Outcome[] = []
    for (const record of batch) {
      const id = fenceId(record.source, record.stream)
      let fence = fences.get(id)
      if (fence === undefined) {
        const known = heads.get(id)
        const from = known ?? (await headOf(id))
        fence = { from, to: from, remembered: known !== undefined }
        fences.set(id, fence)
      }
      if (record.version > fence.to + 1 && fence.remembered && fence.to === fence.from) {
        // Not a gap yet: another process may have handled what is missing here, and have handed the stream back.
        const from = await headOf(id)
        Object.assign(fence, { from, to: from, remembered: false })
      }
      if (record.version > fence.to + 1) fence.stop ??= { retryAfterMs: againAfterMs, missing: fence.to + 1 }
      if (fence.stop === undefined && record.version > fence.to) {
        try {
          for (const write of rows(record)) writes.push(write)
          fence.to = record.version
          fresh.push(record)
        } catch (error) {
          fence.stop = { park: reasonOf(error), cause: error }
        }
      }
      outcomes.push(fence.stop ?? 'done')
    }
    for (const [id, { from, to }] of fences) if (to > from) writes.push({ op: 'advance', collection, id, from, to })
    const result = await documents.write(writes, 'disposable')
    if (result.outcome === 'refused') return writes[result.index]?.op === 'advance' ? 'overtaken' : 'refused'
    for (const [id, { to }] of fences) heads.set(id, to)
    if (fresh.length > 0) onWritten?.(fresh)
    return outcomes
  }

  /** As `apply`; where rows are numbered, another process may be at the same numbers for a moment. */
  const applyAmongOthers = async (batch: EventRecord[]): Promise<Outcome[] | 'overtaken' | 'refused'> => {
    let result = await apply(batch)
    for (let attempt = 1; reload !== undefined && attempt < mostAttempts && typeof result === 'string'; attempt++) {
      await pause(Math.random() * apartMs * attempt)
      await readAnew()
      result = await apply(batch)
    }
    return result
  }

  const applyOne = async (record: EventRecord): Promise<Outcome> => {
    await readAnew()
    const result = await applyAmongOthers([record])
    if (typeof result !== 'string') return result[0]!
    // Only where nobody else writes the rows is a refused one at fault itself.
    return result === 'overtaken' || reload !== undefined ? { retryAfterMs: againAfterMs } : { park: 'A row of this event was refused' }
  }

  /** Finds out which event was refused, by taking them one by one. */
  const applySingly = async (batch: EventRecord[]): Promise<Outcome[]> => {
    const stops = new Map<string, Outcome>()
    const outcomes: Outcome[] = []
    for (const record of batch) {
      const id = fenceId(record.source, record.stream)
      if (!stops.has(id)) {
        const outcome = await applyOne(record)
        if (outcome !== 'done') stops.set(id, outcome)
      }
      outcomes.push(stops.get(id) ?? 'done')
    }
    return outcomes
  }

  const spanOf = (batch: EventRecord[]): SpanOptions => ({
    kind: 'consumer',
    ...joining(batch.map(({ traceparent }) => traceparent)),
    attributes: { 'samresa.consumer': name, 'messaging.batch.message_count': batch.length },
  })

  return bus.subscribe({
    name,
    sources,
    accesses,
    async handle(batch) {
      try {
        if (failed) await readAnew()
        return await inSpan(`process ${name}`, spanOf(batch), async () => {
          const outcomes = await applyAmongOthers(batch)
          return typeof outcomes === 'string' ? await applySingly(batch) : outcomes
        })
      } catch (error) {
        failed = true
        // What failed is the store or a listener, not an event; what was written is dropped as a duplicate next time.
        return batch.map(() => ({ retryAfterMs: againAfterMs, cause: error }))
      }
    },
    async skip({ source, stream, version }) {
      const id = fenceId(source, stream)
      const from = await headOf(id)
      heads.remove(id)
      if (from === version - 1) await documents.write([{ op: 'advance', collection, id, from, to: version }], 'durable')
    },
  })
}

/** Told to operators, so without what the message may quote. */
const reasonOf = (error: unknown): string => `The projection failed: ${error instanceof Error ? error.name : typeof error}`
