import { setTimeout as pause } from 'node:timers/promises'
import type { DocumentStore } from '@samresa/store'
import type { Logger } from '@samresa/telemetry'
import type { Consumer, EventRecord, Outcome, Subscription } from '../event-bus.ts'
import { onParkedDecision } from '../parked.ts'
import type { Feed, Placed, Positions } from './feed.ts'
import { createHeldRegistry } from './held-registry.ts'
import type { HeldPart } from './held-streams.ts'
import { countOutcomes } from './outcome-count.ts'
import { createWakeUp } from './wake-up.ts'

const mostStreamsTriedAgain = 64
const pauseAfterFaultMs = 1000
const askElsewhereMs = 100
const again: Outcome = { retryAfterMs: pauseAfterFaultMs }

/** A consumer at work, with what its engine wants to know of it. */
export interface RunningConsumer extends Consumer {
  /** How far each lane is handled or set aside without a gap. */
  handled(): Positions
  /** Since when (monotonic, ms) it has been at its present step, the handler's work above all; undefined while it waits for news. */
  busySince(): number | undefined
  /** How many streams have waited for more than a minute for an event that has not come. */
  gaps(): number
}

/** Runs one subscription over its feed: one batch at a time, the events of a stream in order. */
export async function runConsumer(
  subscription: Subscription,
  feed: Feed,
  engine: { documents: DocumentStore; logger: Logger },
): Promise<RunningConsumer> {
  const { name } = subscription
  const { documents, logger } = engine
  const held = createHeldRegistry(subscription, { feed, ...engine })
  const wakeUp = createWakeUp()
  let generation = feed.generation()
  let turnEnded = Promise.withResolvers<void>()
  let stepBegan: number | undefined
  let settled: Positions = {}
  let closing = false

  /** Each has a limit of its own, the store's or the watchdog's. */
  const nextStep = () => {
    stepBegan = performance.now()
  }

  /** What was unreadable when it was set aside may be read by now. */
  const readOut = (record: EventRecord): Pick<Placed, 'record' | 'unreadable'> => feed.readOut?.(record) ?? { record }

  const takeDue = async (): Promise<HeldPart[]> => {
    const now = Date.now()
    const parts: HeldPart[] = []
    for (const stream of held.streams()) {
      if (stream.dueAt > now) continue
      nextStep()
      const part = await held.partOf(stream)
      await held.skipFirst(part)
      parts.push(part)
      if (parts.length === mostStreamsTriedAgain) break
    }
    return parts
  }

  const takeLive = async (): Promise<Placed[]> =>
    (await feed.take()).filter((placed) => {
      const waiting = held.find(placed.record)
      if (waiting !== undefined) held.addBehind(waiting, placed)
      return waiting === undefined
    })

  const handle = async (records: EventRecord[]): Promise<Outcome[]> => {
    if (records.length === 0) return []
    nextStep()
    try {
      const handled = subscription.handle(records)
      feed.readAhead()
      const outcomes = await handled
      countOutcomes(name, outcomes)
      return outcomes
    } catch (error) {
      logger.error({ err: error, consumer: name }, 'event handler failed')
      return []
    }
  }

  const settleLive = async (live: Placed[], outcomes: Outcome[]) => {
    for (const [index, placed] of live.entries()) {
      const outcome = outcomes[index] ?? again
      // Nothing of this batch was held when it was taken, so what is held now stopped at an earlier event of the batch.
      const stopped = held.find(placed.record)
      if (stopped !== undefined) held.addBehind(stopped, placed)
      else if (outcome !== 'done') {
        nextStep()
        await held.holdAt(placed, outcome)
      }
    }
  }

  const settlePart = async (part: HeldPart, outcomes: Outcome[]) => {
    const { held: stream, records } = part
    const stop = records.findIndex((_, index) => outcomes[index] !== 'done')
    const nothingLeft = await held.passBy(part, stop === -1 ? records.length : stop)
    const first = records[stop]
    if (first !== undefined) {
      Object.assign(stream, { fromSeq: first.commit.seq, fromVersion: first.version })
      return held.hold(stream, (outcomes[stop] ?? again) as Exclude<Outcome, 'done'>)
    }
    if (nothingLeft) await held.release(stream)
  }

  const handledSoFar = (): Positions => {
    const through = { ...feed.through() }
    for (const { lane, position } of held.streams()) {
      const reached = through[lane]
      if (reached !== undefined && position <= reached) through[lane] = position - 1
    }
    return through
  }

  const handleAll = async (parts: HeldPart[], live: Placed[]): Promise<{ ofParts: Outcome[][]; ofLive: Outcome[] }> => {
    const given: Pick<Placed, 'record' | 'unreadable'>[] = [...parts.flatMap(({ records }) => records.map(readOut)), ...live]
    const handled = await handle(given.flatMap(({ record, unreadable }) => (unreadable === undefined ? [record] : [])))
    const outcomes = given.map(({ unreadable }): Outcome => (unreadable === undefined ? (handled.shift() ?? again) : { park: unreadable }))
    return { ofParts: parts.map(({ records }) => outcomes.splice(0, records.length)), ofLive: outcomes }
  }

  const turn = async () => {
    const present = feed.generation()
    if (generation !== present) {
      held.forget()
      await held.load()
      // Only now: what is parked must be known before anything behind it is taken.
      generation = present
    }
    const parts = await takeDue()
    if (generation !== feed.generation()) return
    const live = await takeLive()
    const { ofParts, ofLive } = await handleAll(parts, live)
    // Lanes may have moved meanwhile: what is not ours belongs to another process, what is ours comes again.
    if (generation !== feed.generation()) return
    // What is live first: it has been taken and is given once, while a part that could not be settled is still held.
    await settleLive(live, ofLive)
    for (const [index, part] of parts.entries()) {
      nextStep()
      await settlePart(part, ofParts[index]!)
    }
    nextStep()
    await held.save()
    if (generation !== feed.generation()) return
    settled = handledSoFar()
    feed.keep(settled, held.waiting())
  }

  const run = async () => {
    while (!closing) {
      wakeUp.listen()
      nextStep()
      try {
        await turn()
      } catch (error) {
        logger.error({ err: error, consumer: name }, 'consumer could not read its sources')
        await pause(pauseAfterFaultMs)
      }
      stepBegan = undefined
      turnEnded.resolve()
      turnEnded = Promise.withResolvers()
      if (!closing && !feed.hasMore() && generation === feed.generation()) await wakeUp.orAt(held.nextDue())
    }
    turnEnded.resolve()
  }

  let decided = false
  let reading = false
  const takeInDecisions = async () => {
    decided = true
    if (reading) return
    reading = true
    while (decided) {
      decided = false
      await held.load().catch((error: unknown) => {
        logger.error({ err: error, consumer: name }, 'decisions about parked streams could not be read')
      })
    }
    reading = false
    wakeUp.now()
  }

  const haveReached = async (targets: Positions): Promise<boolean> => {
    if (held.isDeciding()) return false
    const here = settled
    const missing = Object.keys(targets).filter((lane) => (here[lane] ?? -1) < targets[lane]!)
    if (missing.length === 0) return true
    if (feed.elsewhere === undefined) return false
    // A broker that is away, or has just become the group's, says nothing for the moment.
    const there = await feed.elsewhere(missing).catch(() => undefined)
    return there !== undefined && missing.every((lane) => here[lane] === undefined && (there[lane] ?? -1) >= targets[lane]!)
  }

  /** Where the sources end, as soon as that can be said: whoever waits for it has a limit of their own. */
  const knownEnds = async (): Promise<Positions> => {
    while (!closing) {
      const ends = await feed.ends().catch(() => undefined)
      if (ends !== undefined) return ends
      await pause(askElsewhereMs)
    }
    return {}
  }

  await held.load()
  feed.onNews(wakeUp.now)
  const stopListening = onParkedDecision(documents, () => void takeInDecisions())
  const running = run()

  return {
    handled: () => settled,
    busySince: () => stepBegan,
    gaps: held.gaps,
    async caughtUp() {
      const targets = await knownEnds()
      wakeUp.now()
      while (!closing) {
        const { promise } = turnEnded
        await (feed.elsewhere === undefined ? promise : Promise.race([promise, pause(askElsewhereMs)]))
        if (await haveReached(targets)) return
      }
    },
    async close() {
      closing = true
      stopListening()
      await feed.stop()
      wakeUp.now()
      await running
      await feed.close()
    },
  }
}
