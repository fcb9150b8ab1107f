import { RejectionError } from '@samresa/kernel'
import { inSpan, type SpanAttributes } from '@samresa/telemetry'
import { fenceId } from './consumer-state.ts'
import type { Consumer, EventBus, EventRecord, Outcome } from './event-bus.ts'

export interface ReactionOptions {
  bus: EventBus
  name: string
  sources: string[]
  /** The event types that cause something; the others are passed by. */
  types: string[]
  /**
   * Does what the event causes. It may come twice: use the event's id as commandId. A thrown `unavailable`, `storage-full`, `stale` or
   * `too-many` is tried again; anything else thrown parks the event.
   */
  react(record: EventRecord): Promise<Outcome>
  /** How long one batch is worked on, in ms: what is left is taken up again at once, 5,000 by default. */
  atMostMs?: number
}

const mostStreamsAtOnce = 64
const againAfterMs = 500
const leftForNext: Outcome = { retryAfterMs: 0 }
const passing = new Set(['unavailable', 'storage-full', 'stale', 'too-many'])

/** Runs a command caused by an event: different streams side by side, the events of one stream in order. */
export function subscribeReaction({ bus, name, sources, types, react, atMostMs = 5_000 }: ReactionOptions): Promise<Consumer> {
  const heard = new Set(types)

  const attributesOf = ({ type, source }: EventRecord): SpanAttributes => ({
    'samresa.consumer': name,
    'samresa.event_type': type,
    'samresa.source': source,
  })

  const reactTo = async (record: EventRecord): Promise<Outcome> => {
    try {
      return await inSpan(`process ${name}`, { kind: 'consumer', parent: record.traceparent, attributes: attributesOf(record) }, () =>
        react(record),
      )
    } catch (error) {
      return outcomeOf(error)
    }
  }

  return bus.subscribe({
    name,
    sources,
    async handle(batch) {
      const outcomes: Outcome[] = batch.map(() => 'done')
      const lanes = new Map<string, number[]>()
      for (const [index, record] of batch.entries()) {
        if (!heard.has(record.type)) continue
        const id = fenceId(record.source, record.stream)
        const lane = lanes.get(id)
        if (lane === undefined) lanes.set(id, [index])
        else lane.push(index)
      }
      const waiting = lanes.values()
      const until = performance.now() + atMostMs
      const work = async () => {
        for (const lane of waiting) {
          let stop: Outcome = 'done'
          for (const [nth, index] of lane.entries()) {
            // A long backlog of one stream must neither hide that the consumer is alive nor keep what is done from being remembered.
            if (stop === 'done' && nth > 0 && performance.now() >= until) stop = leftForNext
            if (stop === 'done') stop = await reactTo(batch[index]!)
            outcomes[index] = stop
          }
        }
      }
      await Promise.all(Array.from({ length: Math.min(mostStreamsAtOnce, lanes.size) }, work))
      return outcomes
    },
  })
}

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof RejectionError))
    return { park: `The reaction failed: ${error instanceof Error ? error.name : typeof error}`, cause: error }
  const { kind, code } = error.rejection
  return passing.has(kind) ? { retryAfterMs: againAfterMs, cause: error } : { park: code, cause: error }
}
