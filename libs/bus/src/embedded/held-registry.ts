import { machineClock, newId, timestamp } from '@samresa/kernel'
import type { DocumentStore } from '@samresa/store'
import type { Logger } from '@samresa/telemetry'
import { fenceId } from '../consumer-state.ts'
import type { Outcome, Subscription } from '../event-bus.ts'
import type { ParkedStream } from '../parked.ts'
import { parkedCollection, skippedCollection } from '../parked.ts'
import type { HeldPart, HeldStream } from './held-streams.ts'
import { heldFromParked } from './held-streams.ts'

const pauseAfterFaultMs = 1000
const betweenLinesMs = 10_000

const keyOf = ({ source, stream }: { source: string; stream: string }) => fenceId(source, stream)

/** The streams of one consumer that wait, and what is on disk about those that are parked. Only `load` and `skipFirst` reject. */
export function createHeldRegistry(subscription: Subscription, { documents, logger }: { documents: DocumentStore; logger: Logger }) {
  const { name } = subscription
  const held = new Map<string, HeldStream>()

  let quietUntil = 0
  /** Told once in a while: what fails at every attempt would fill the log. */
  const tellAttempt = ({ source, stream, fromVersion }: HeldStream, cause: unknown) => {
    if (Date.now() < quietUntil) return
    quietUntil = Date.now() + betweenLinesMs
    logger.warn({ err: cause, consumer: name, source, stream, version: fromVersion }, 'event is tried again')
  }

  /** The offset may pass the event only once this is on disk; until then it is an ordinary retry. */
  const park = async (stream: HeldStream, { park: reason, cause }: { park: string; cause?: unknown }) => {
    const { source, fromSeq, fromVersion } = stream
    const id = stream.parked?.id ?? newId()
    const at = timestamp(machineClock.now())
    const body: ParkedStream = { id, consumer: name, source, stream: stream.stream, fromSeq, fromVersion, reason, at }
    try {
      await documents.write([{ op: 'put', collection: parkedCollection, document: { id, index: name, body } }], 'durable')
      stream.parked = body
      stream.dueAt = Number.POSITIVE_INFINITY
      const failure = cause === undefined ? {} : { err: cause }
      logger.error({ consumer: name, source, stream: stream.stream, version: fromVersion, ...failure }, 'event parked')
    } catch (error) {
      tellAttempt(stream, error)
      stream.dueAt = Date.now() + pauseAfterFaultMs
    }
  }

  return {
    streams: () => held.values(),
    find: (place: { source: string; stream: string }) => (held.size === 0 ? undefined : held.get(keyOf(place))),
    /** Machine time in ms of the next attempt; Infinity when none is due. */
    nextDue: () => Math.min(Number.POSITIVE_INFINITY, ...[...held.values()].map(({ dueAt }) => dueAt)),

    /** Takes in what is parked on disk and what persons have decided about it. */
    async load() {
      for (const { body } of await documents.findByIndex<ParkedStream>(parkedCollection, name, 10_000)) {
        const known = held.get(keyOf(body))
        if (known === undefined) held.set(keyOf(body), heldFromParked(body))
        else if (known.parked?.id === body.id && known.parked.decision === undefined && body.decision !== undefined) {
          known.parked = body
          known.dueAt = 0
        }
      }
    },

    async hold(stream: HeldStream, outcome: Exclude<Outcome, 'done'>) {
      held.set(keyOf(stream), stream)
      if ('park' in outcome) return park(stream, outcome)
      stream.dueAt = Date.now() + outcome.retryAfterMs
      if (outcome.cause !== undefined) tellAttempt(stream, outcome.cause)
    },

    async release(stream: HeldStream) {
      try {
        if (stream.parked !== undefined) {
          await documents.write([{ op: 'remove', collection: parkedCollection, id: stream.parked.id }], 'durable')
        }
        held.delete(keyOf(stream))
      } catch (error) {
        tellAttempt(stream, error)
        stream.dueAt = Date.now() + pauseAfterFaultMs
      }
    },

    /** Carries out a person's decision to leave the first waiting event out. */
    async skipFirst({ held: stream, records }: HeldPart) {
      const { parked } = stream
      if (parked?.decision?.as !== 'skip' || records[0]?.version !== parked.fromVersion) return
      const skipped = records[0]
      await subscription.skip?.(skipped)
      const document = { id: `${parked.id}/${skipped.version}`, index: name, body: { ...parked, eventId: skipped.id } }
      await documents.write([{ op: 'put', collection: skippedCollection, document }], 'durable')
      records.shift()
    },
  }
}

export type HeldRegistry = ReturnType<typeof createHeldRegistry>
