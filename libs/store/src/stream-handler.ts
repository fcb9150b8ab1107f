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

/** Each lost attempt is another process's success on the same stream: so many in a row are bad luck among any sensible number of processes. */
const mostAttempts = 30

/**
 * The one way commands become commits: load, fold, decide, seal, append; decided anew when somebody else was faster. In a store that other
 * processes write to as well, what is held in memory is a head start and no more: it is brought up to date before it is answered with, and
 * before a decision that no append would check.
 */
export function createStreamHandler<State, Command, Event extends { type: string; data: unknown }>(
  options: StreamHandlerOptions<State, Command, Event>,
): StreamHandler<State, Command, Event> {
  const { commits, decider, streamOf, subjectOf = (key: string) => key, seal, open, time, isOutcomeOf, cachedEvents = 60_000 } = options
  const queue = createKeyedQueue()
  const cache = createRecentlyUsed<LoadedStream<State>>(cachedEvents, ({ head }) => 1 + head.version)
  const nothing: LoadedStream<State> = { state: decider.initial, head: emptyHead }

  const openEvents = (commit: Commit): Promise<Recorded<Event>[]> =>
    Promise.all(commit.events.map(async (event) => recordedFrom<Event>(await open(event))))

  /** The stream as it is stored now, by folding what follows `known`; the same object when nothing does. */
  const readOn = async (key: string, known: LoadedStream<State>): Promise<LoadedStream<State>> => {
    let newest = known
    for (const commit of await commits.readStream(streamOf(key), known.head.seq + 1)) {
      const events = await openEvents(commit)
      newest = { state: events.reduce((state: State, event) => decider.evolve(state, event), newest.state), head: headOf(commit) }
    }
    const held = cache.get(key)
    if (held === undefined || held.head.seq <= newest.head.seq) cache.set(key, newest)
    return newest
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

  /** One try on the state given. `outdated`: what it came to counts only on the newest state. */
  const attempt = async (
    { key, command, call }: { key: string; command: Command; call: CallContext & { commandId: string } },
    { loaded, isNewest }: { loaded: LoadedStream<State>; isNewest: boolean },
  ): Promise<Execution<State, Event> | 'outdated'> => {
    const decision = decider.decide(command, loaded.state)
    if ('rejection' in decision || decision.events.length === 0) {
      if (!isNewest) return 'outdated'
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
    if (result.outcome === 'stale') return 'outdated'
    if (result.outcome === 'repeated') {
      // The first time may have been in another process: the answer shows a state that has it.
      const current = commits.soleWriter ? loaded : await readOn(key, loaded)
      return repeatOf(result.commit, { key, command, loaded: current })
    }
    const next = { state: events.reduce((state: State, event) => decider.evolve(state, event), loaded.state), head: headOf(result.commit) }
    cache.set(key, next)
    return { outcome: 'done', events, commit: result.commit, repeated: false, ...next }
  }

  const execute: StreamHandler<State, Command, Event>['execute'] = (key, command, call) =>
    queue(key, async () => {
      const held = cache.get(key)
      let loaded = held ?? (await readOn(key, nothing))
      let isNewest = held === undefined || commits.soleWriter
      for (let attempts = 0; attempts < mostAttempts; attempts++) {
        const execution = await attempt({ key, command, call }, { loaded, isNewest })
        if (execution !== 'outdated') return execution
        loaded = await readOn(key, loaded)
        isNewest = true
      }
      // Should what is held ever be no prefix of what is stored, the next command must not meet it again.
      cache.remove(key)
      throw new RejectionError(reject('unavailable', 'STREAM_BUSY', 'Others are changing the same plan right now. Try again.'))
    })

  const held = async (key: string) => cache.get(key) ?? queue(key, async () => cache.get(key) ?? readOn(key, nothing))
  const current = (key: string) => readOn(key, cache.get(key) ?? nothing)
  return { execute, load: commits.soleWriter ? held : current }
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
