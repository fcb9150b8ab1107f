import type { CallContext, Decider, Rejection } from '@samresa/kernel'
import { createKeyedQueue, machineClock, newId, RejectionError, reject, timestamp } from '@samresa/kernel'
import type { Commit, CommitDraft, StoredEvent, StreamHead } from './commit.ts'
import { emptyHead, headOf } from './commit.ts'
import type { CommitStore } from './commit-store.ts'
import { createRecentlyUsed } from './recently-used.ts'

/** An event as the stream keeps it: `evolve` and callers see its id and business time too. */
export type Recorded<Event> = Event & { id: string; time: string }

export interface StreamHandlerOptions<State, Command, Event extends { type: string; data: unknown }> {
  commits: CommitStore
  decider: Decider<State, Command, Event>
  /** The stream of a key. */
  streamOf(key: string): string
  /** The participant the stream's events are about: the key itself unless told otherwise. */
  subjectOf?(key: string): string
  /** Called right before an event is appended, and right after it is read: domain and application work on open data. */
  seal(event: StoredEvent): Promise<StoredEvent>
  open(event: StoredEvent): Promise<StoredEvent>
  /** Business time of an event, RFC 3339 UTC. */
  time(event: Event): string
  /**
   * True when the events are what such a command comes to. Given, a commandId that was used for another stream or for something else is
   * refused with IDEMPOTENCY_KEY_REUSED instead of being answered with that other commit; without it, the caller tells repeats apart.
   */
  isOutcomeOf?(command: Command, events: readonly Recorded<Event>[]): boolean
  /** Folded streams are kept in memory up to so many events in all; 60,000 by default, some 100 MB of plans. */
  cachedEvents?: number
}

export interface LoadedStream<State> {
  state: State
  head: StreamHead
}

/** What became of a command. `repeated`: its commandId had been handled before; the events are those of that first time and nothing was written. */
export type Execution<State, Event> =
  | ({ outcome: 'done'; events: Recorded<Event>[]; commit?: Commit; repeated: boolean } & LoadedStream<State>)
  | { outcome: 'rejected'; rejection: Rejection }

export interface StreamHandler<State, Command, Event> {
  /** Decides a command on the newest state and appends what follows; a decision without events writes nothing. One at a time per key. */
  execute(key: string, command: Command, call: CallContext & { commandId: string }): Promise<Execution<State, Event>>
  load(key: string): Promise<LoadedStream<State>>
}

const mostAttempts = 10

/** The one way commands become commits: load, fold, decide, seal, append; decided anew when somebody else was faster. */
export function createStreamHandler<State, Command, Event extends { type: string; data: unknown }>(
  options: StreamHandlerOptions<State, Command, Event>,
): StreamHandler<State, Command, Event> {
  const { commits, decider, streamOf, subjectOf = (key: string) => key, seal, open, time, isOutcomeOf, cachedEvents = 60_000 } = options
  const queue = createKeyedQueue()
  const cache = createRecentlyUsed<LoadedStream<State>>(cachedEvents, ({ head }) => 1 + head.version)

  const openEvents = (commit: Commit): Promise<Recorded<Event>[]> =>
    Promise.all(commit.events.map(async (event) => recordedFrom<Event>(await open(event))))

  const read = async (key: string): Promise<LoadedStream<State>> => {
    const cached = cache.get(key)
    if (cached !== undefined) return cached
    let state = decider.initial
    let head = emptyHead
    for (const commit of await commits.readStream(streamOf(key))) {
      for (const event of await openEvents(commit)) state = decider.evolve(state, event)
      head = headOf(commit)
    }
    const loaded = { state, head }
    cache.set(key, loaded)
    return loaded
  }

  const repeatOf = async (
    commit: Commit,
    { key, command, loaded }: { key: string; command: Command; loaded: LoadedStream<State> },
  ): Promise<Execution<State, Event>> => {
    // Another stream is looked at no further: its events may be about somebody else.
    if (isOutcomeOf !== undefined && commit.stream !== streamOf(key)) return { outcome: 'rejected', rejection: keyReused() }
    const events = await openEvents(commit)
    if (isOutcomeOf?.(command, events) === false) return { outcome: 'rejected', rejection: keyReused() }
    return { outcome: 'done', events, commit, repeated: true, ...loaded }
  }

  const attempt = async (
    key: string,
    command: Command,
    call: CallContext & { commandId: string },
  ): Promise<Execution<State, Event> | 'stale'> => {
    const loaded = await read(key)
    const decision = decider.decide(command, loaded.state)
    if ('rejection' in decision || decision.events.length === 0) {
      // A repeated command meets a state it has changed itself: its first answer counts, not what would be decided now.
      const first = await commits.findCommit(call.commandId)
      if (first !== undefined) return repeatOf(first, { key, command, loaded })
      if ('rejection' in decision) return { outcome: 'rejected', rejection: decision.rejection }
      return { outcome: 'done', events: [], repeated: false, ...loaded }
    }
    // Ids that sort as the events follow each other: whoever sorts by (time, id) keeps the order of one decision.
    const ids = decision.events.map(() => newId()).sort()
    const events = decision.events.map((event, index): Recorded<Event> => ({ id: ids[index]!, ...event, time: time(event) }))
    const stored = await Promise.all(events.map(({ id, type, data, time }) => seal({ id, type, subject: subjectOf(key), time, data })))
    const result = await commits.append(draftFrom(streamOf(key), stored, call), loaded.head)
    if (result.outcome === 'stale') return 'stale'
    if (result.outcome === 'repeated') return repeatOf(result.commit, { key, command, loaded })
    const next = { state: events.reduce((state: State, event) => decider.evolve(state, event), loaded.state), head: headOf(result.commit) }
    cache.set(key, next)
    return { outcome: 'done', events, commit: result.commit, repeated: false, ...next }
  }

  return {
    execute: (key, command, call) =>
      queue(key, async () => {
        for (let attempts = 0; attempts < mostAttempts; attempts++) {
          const execution = await attempt(key, command, call)
          if (execution !== 'stale') return execution
          cache.remove(key)
        }
        throw new RejectionError(reject('unavailable', 'STREAM_BUSY', 'Others are changing the same plan right now. Try again.'))
      }),
    load: async (key) => cache.get(key) ?? queue(key, () => read(key)),
  }
}

const keyReused = (): Rejection =>
  reject('conflict', 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for something else. Send a new one.')

const recordedFrom = <Event>({ id, type, data, time }: StoredEvent): Recorded<Event> =>
  ({ id, type, data, time }) as unknown as Recorded<Event>

const draftFrom = (stream: string, events: StoredEvent[], call: CallContext & { commandId: string }): CommitDraft => ({
  stream,
  commitId: call.commandId,
  events,
  actor: call.actor,
  purpose: call.purpose,
  correlationId: call.correlationId,
  ...(call.causationId === undefined ? {} : { causationId: call.causationId }),
  ...(call.traceparent === undefined ? {} : { traceparent: call.traceparent }),
  at: timestamp(machineClock.now()),
})
