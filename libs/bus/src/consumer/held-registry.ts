import { idFrom, machineClock, timestamp } from '@samresa/kernel'
import type { Document, DocumentStore, DocumentWrite } from '@samresa/store'
import { counter, type Logger } from '@samresa/telemetry'
import { fenceId } from '../consumer-state.ts'
import type { EventRecord, Outcome, Subscription } from '../event-bus.ts'
import type { ParkedStream } from '../parked.ts'
import { parkedCollection, parkedEventsCollection, skippedCollection } from '../parked.ts'
import type { Feed, Placed } from './feed.ts'
import type { HeldPart, HeldStream } from './held-streams.ts'
import { heldFromParked, holdFrom, largestPart } from './held-streams.ts'

const parkings = counter('samresa_dead_letters_total')

const pauseAfterFaultMs = 1000
const betweenLinesMs = 10_000
const mostParked = 10_000
/** What is in another partition, or was sent again behind what followed it, comes long before that. */
const comesWithinMs = 60_000

const keyOf = ({ source, stream }: { source: string; stream: string }) => fenceId(source, stream)

/** A parked event lies under the stream's parking and its number, padded so that ids sort by it. */
const eventIdOf = (parkedId: string, version: number) => `${parkedId}/${String(version).padStart(12, '0')}`
const saveOf = (parkedId: string, record: EventRecord): DocumentWrite => ({
  op: 'put',
  collection: parkedEventsCollection,
  document: { id: eventIdOf(parkedId, record.version), body: record },
})

/** The streams of one consumer that wait, and what is on disk about those that are parked. Only `load`, `partOf`, `passBy` and `skipFirst` reject. */
export function createHeldRegistry(
  subscription: Subscription,
  { feed, documents, logger }: { feed: Feed; documents: DocumentStore; logger: Logger },
) {
  const { name } = subscription
  const keeps = feed.readAgain === undefined
  const held = new Map<string, HeldStream>()

  let quietUntil = 0
  /** Told once in a while: what fails at every attempt would fill the log. */
  const tellAttempt = ({ source, stream, fromVersion }: HeldStream, cause: unknown) => {
    if (Date.now() < quietUntil) return
    quietUntil = Date.now() + betweenLinesMs
    logger.warn({ err: cause, consumer: name, source, stream, version: fromVersion }, 'event is tried again')
  }

  const noteMissing = (stream: HeldStream, version: number) => {
    if (stream.missing?.version !== version) stream.missing = { version, since: performance.now(), told: false }
    const { missing } = stream
    if (missing.told || performance.now() - missing.since < comesWithinMs) return
    missing.told = true
    logger.error({ consumer: name, source: stream.source, stream: stream.stream, version }, 'event is missing')
  }

  const unsavedOf = (stream: HeldStream, parkedId: string): DocumentWrite[] =>
    (stream.waiting ?? []).map(({ record }) => saveOf(parkedId, record))
  const removalOf = ({ id }: ParkedStream, handled: EventRecord[]): DocumentWrite[] =>
    keeps ? handled.map(({ version }) => ({ op: 'remove', collection: parkedEventsCollection, id: eventIdOf(id, version) })) : []

  const saved = (stream: HeldStream) => {
    if (stream.waiting !== undefined) stream.waiting = []
    stream.position = Number.POSITIVE_INFINITY
  }

  /** The offset may pass the event only once this is on disk; until then it is an ordinary retry. */
  const park = async (stream: HeldStream, { park: reason, cause }: { park: string; cause?: unknown }) => {
    const { source, lane, fromSeq, fromVersion } = stream
    // The same in every process: whoever had the stream a moment ago may still be parking it.
    const id = stream.parked?.id ?? idFrom('parked', name, source, stream.stream)
    const at = timestamp(machineClock.now())
    const body: ParkedStream = { id, consumer: name, source, stream: stream.stream, lane, fromSeq, fromVersion, reason, at }
    try {
      const entry: DocumentWrite = { op: 'put', collection: parkedCollection, document: { id, index: name, body } }
      await documents.write([...unsavedOf(stream, id), entry], 'durable')
      saved(stream)
      delete stream.missing
      stream.parked = body
      stream.dueAt = Number.POSITIVE_INFINITY
      parkings.add({ consumer: name })
      const failure = cause === undefined ? {} : { err: cause }
      logger.error({ consumer: name, source, stream: stream.stream, version: fromVersion, ...failure }, 'event parked')
    } catch (error) {
      tellAttempt(stream, error)
      stream.dueAt = Date.now() + pauseAfterFaultMs
    }
  }

  const readKept = async ({ parked, fromVersion, waiting = [] }: HeldStream): Promise<Pick<HeldPart, 'records' | 'whole'>> => {
    if (parked === undefined) {
      return { records: waiting.slice(0, largestPart).map(({ record }) => record), whole: waiting.length <= largestPart }
    }
    const found = await documents.find<EventRecord>(parkedEventsCollection, {
      from: eventIdOf(parked.id, fromVersion),
      before: `${parked.id}0`,
      limit: largestPart + 1,
    })
    const records = found.slice(0, largestPart).map(({ body }) => body)
    return { records, whole: found.length <= largestPart }
  }

  const registry = {
    streams: () => held.values(),
    find: (place: { source: string; stream: string }) => (held.size === 0 ? undefined : held.get(keyOf(place))),
    /** Machine time in ms of the next attempt; Infinity when none is due. */
    nextDue: () => Math.min(Number.POSITIVE_INFINITY, ...[...held.values()].map(({ dueAt }) => dueAt)),
    /** True while a person's decision is being carried out. */
    isDeciding: () => held.values().some(({ parked, dueAt }) => parked !== undefined && dueAt !== Number.POSITIVE_INFINITY),
    /** How many streams wait for an event that has been missing for too long. */
    gaps: () => held.values().reduce((count, { missing }) => count + (missing?.told ? 1 : 0), 0),
    /** How many events are kept in memory, by lane. */
    waiting: () => {
      const counts = new Map<string, number>()
      for (const { lane, waiting } of held.values()) if (waiting) counts.set(lane, (counts.get(lane) ?? 0) + waiting.length)
      return counts
    },
    forget: () => held.clear(),

    /** Takes in what is parked on disk in our lanes and what persons have decided about it. */
    async load() {
      const found: Document<ParkedStream>[] = await documents.findByIndex(parkedCollection, name, mostParked)
      // A parking from before there were lanes is the embedded engine's, where the source is the lane.
      const onDisk = new Map(found.map(({ body }) => [body.id, { ...body, lane: body.lane ?? body.source }]))
      for (const body of onDisk.values()) {
        const known = held.get(keyOf(body))
        if (known === undefined && feed.owns(body.lane)) held.set(keyOf(body), heldFromParked(body, keeps))
        else if (known?.parked?.id === body.id && known.parked.decision === undefined && body.decision !== undefined) {
          known.parked = body
          known.dueAt = 0
        }
      }
      // Whoever had the lane before has carried a decision out meanwhile: what came since is ours to handle.
      for (const { parked, ...stream } of held.values()) if (parked && !onDisk.has(parked.id)) held.get(keyOf(stream))!.dueAt = 0
    },

    async partOf(stream: HeldStream): Promise<HeldPart> {
      if (feed.readAgain === undefined) return { held: stream, ...(await readKept(stream)) }
      const records = await feed.readAgain(stream)
      return { held: stream, records: records.slice(0, largestPart), whole: records.length <= largestPart }
    },

    /** Begins to hold a stream at this event. */
    async holdAt(placed: Placed, outcome: Exclude<Outcome, 'done'>) {
      await registry.hold(holdFrom(placed, keeps), outcome)
    },

    async hold(stream: HeldStream, outcome: Exclude<Outcome, 'done'>) {
      held.set(keyOf(stream), stream)
      if ('park' in outcome) return park(stream, outcome)
      stream.dueAt = Date.now() + outcome.retryAfterMs
      if (outcome.missing !== undefined) noteMissing(stream, outcome.missing)
      if (outcome.cause !== undefined) tellAttempt(stream, outcome.cause)
    },

    /** An event that came by in a held stream: it waits behind. */
    addBehind(stream: HeldStream, placed: Placed) {
      const { version, commit } = placed.record
      stream.seenThrough = Math.max(stream.seenThrough, version)
      const { waiting } = stream
      if (waiting === undefined || (stream.parked !== undefined && version <= stream.parked.fromVersion)) return
      // What was told twice waits once, and what was missing finds its place.
      const before = waiting.findLastIndex(({ record }) => record.version <= version)
      if (waiting[before]?.record.version === version) return
      waiting.splice(before + 1, 0, placed)
      stream.position = Math.min(stream.position, placed.position)
      if (version < stream.fromVersion) Object.assign(stream, { fromSeq: commit.seq, fromVersion: version })
    },

    /** Puts on disk what has come behind parked events, so that the offset may pass it. */
    async save() {
      const streams = [...held.values()].filter(
        ({ parked, waiting }) => parked !== undefined && waiting !== undefined && waiting.length > 0,
      )
      if (streams.length === 0) return
      try {
        await documents.write(
          streams.flatMap((stream) => unsavedOf(stream, stream.parked!.id)),
          'durable',
        )
        for (const stream of streams) saved(stream)
      } catch (error) {
        tellAttempt(streams[0]!, error)
      }
    },

    /** These first events of what waits have been handled. True when nothing that has come by is left. */
    async passBy({ held: stream, records, whole }: HeldPart, count: number): Promise<boolean> {
      const handled = records.slice(0, count)
      if (stream.parked !== undefined && keeps && count > 0) await documents.write(removalOf(stream.parked, handled), 'durable')
      const last = handled.at(-1)
      if (last !== undefined) {
        Object.assign(stream, { fromSeq: last.commit.seq, fromVersion: last.version + 1 })
        delete stream.missing
      }
      const isLast = whole && count === records.length
      if (stream.waiting === undefined) return isLast && stream.seenThrough < stream.fromVersion
      if (stream.parked === undefined) {
        // By identity: something that was missing may have found its place in front of them meanwhile.
        const gone = new Set(handled)
        stream.waiting = stream.waiting.filter(({ record }) => !gone.has(record))
        stream.position = Math.min(Number.POSITIVE_INFINITY, ...stream.waiting.map(({ position }) => position))
      }
      return isLast && stream.waiting.length === 0
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
      const skipped = records[0]
      if (parked?.decision?.as !== 'skip' || skipped?.version !== parked.fromVersion) return
      await subscription.skip?.(skipped)
      const document = { id: `${parked.id}/${skipped.version}`, index: name, body: { ...parked, eventId: skipped.id } }
      await documents.write([{ op: 'put', collection: skippedCollection, document }, ...removalOf(parked, [skipped])], 'durable')
      records.shift()
      Object.assign(stream, { fromSeq: skipped.commit.seq, fromVersion: skipped.version + 1 })
    },
  }
  return registry
}

export type HeldRegistry = ReturnType<typeof createHeldRegistry>
