import type { AccessLog } from '@samresa/access-log'
import type { access } from '@samresa/contracts'
import { type Agency, type BusinessClock, type CallContext, RejectionError, reject } from '@samresa/kernel'
import type { StoredEvent } from '@samresa/store'
import { counter, inSpan, newTraceparent } from '@samresa/telemetry'
import { type AccessFacts, type EventView, viewOfEvent } from '@samresa/visibility'
import type { FeedCursors } from './feed-cursor.ts'
import type { FeedEntry, OutwardFeed } from './outward-feed.ts'
import type { Directory } from './report-measure.ts'
import { whileSubscribed } from './subscriber-count.ts'

/** A plan change as one agency may see it, ready to be sent. */
export interface PlanChange {
  cursor: string
  eventId: string
  type: string
  participantId: string
  correlationId: string
  occurredAt: string
  /** JSON text. */
  payload: string
}

export interface PlanSubscriptionDependencies {
  feed: OutwardFeed
  cursors: FeedCursors
  directory: Directory
  /** The seal's door. */
  open(event: StoredEvent): Promise<StoredEvent>
  accessLog: AccessLog
  businessClock: BusinessClock
  /** Code of the refusal that transports answer with "out of range". */
  outOfRange: string
}

export interface Subscription {
  agency: Agency
  /** `""` from now on, `"begin"` all that is kept, or a cursor that this agency was given. */
  cursor: string
  context: CallContext
  route: string
  signal: AbortSignal
  /** Called once the position is known from which everything will be sent. */
  opened(): void
  /** Resolves when there is room for the next one; rejects when the subscriber is gone. */
  send(change: PlanChange): Promise<void>
}

/** A subscription under way, and how many messages it is given at once. */
interface Following extends Subscription {
  groupSize: number
}

const sent = counter('samresa_plan_changes_sent_total')

type Shown = Exclude<EventView, { view: 'hidden' }>

/** An entry that this subscriber may see, and what the decision was made from. */
interface Delivery {
  entry: FeedEntry
  shown: Shown
  facts: string
}

const batchSize = 64

/**
 * Recorded together right before they are sent: one disk write for several messages. Small until the subscriber has shown that it reads, so
 * that one which does not leaves few records of what it never got.
 */
const firstGroup = 16
const largestGroup = 64

/** How old a decision about visibility may be when its message leaves. */
const freshMs = 10

/** Delivers plan changes for as long as the subscriber stays: visibility decided, access recorded, then sent. */
export function createPlanSubscription(dependencies: PlanSubscriptionDependencies) {
  const { feed, cursors, directory, open, accessLog, businessClock, outOfRange } = dependencies
  // Several subscribers get the same entry: it is opened once for as long as the feed holds it.
  const opened = new WeakMap<FeedEntry, Promise<StoredEvent>>()

  function openedEvent(entry: FeedEntry): Promise<StoredEvent> {
    const known = opened.get(entry)
    if (known !== undefined) return known
    const opening = open(entry.event)
    opened.set(entry, opening)
    return opening
  }

  async function startOf({ agency, cursor }: Subscription): Promise<number> {
    if (cursor === '') return feed.end()
    if (cursor === 'begin') return 0
    const position = cursors.read(agency, cursor)
    // Another process may have given it a moment ago.
    if (position !== undefined && position > feed.end()) await feed.catchUp()
    if (position !== undefined && position <= feed.end()) return position
    throw new RejectionError(
      reject('invalid', outOfRange, 'This cursor is not one of yours. Read the plans (GetPlan) and subscribe from "" or "begin".'),
    )
  }

  /** Who the entries are about, as it is now; each person is asked for once. */
  async function factsFor(entries: readonly FeedEntry[]): Promise<Map<string, AccessFacts | undefined>> {
    const facts = new Map<string, AccessFacts | undefined>()
    for (const { event } of entries) {
      if (!facts.has(event.subject)) facts.set(event.subject, await directory.find({ participantId: event.subject }))
    }
    return facts
  }

  async function visible(entries: readonly FeedEntry[], { context }: Subscription): Promise<Delivery[]> {
    const today = businessClock.today().toString()
    const facts = await factsFor(entries)
    const deliveries: Delivery[] = []
    for (const entry of entries) {
      const about = facts.get(entry.event.subject)
      if (about === undefined) continue
      const shown = viewOfEvent(context.actor, about, await openedEvent(entry), today)
      if (shown.view !== 'hidden') deliveries.push({ entry, shown, facts: JSON.stringify(about) })
    }
    return deliveries
  }

  /**
   * One record for each person among the deliveries, all before any of them is sent. It proves that they were about to be sent under this
   * view, not that they arrived: of the last group before a subscriber stalls or a decision changes, some were not sent that way.
   */
  async function record(deliveries: readonly Delivery[], { agency, context, route }: Subscription): Promise<void> {
    const byPerson = Map.groupBy(deliveries, ({ entry }) => entry.event.subject)
    await Promise.all(
      [...byPerson].map(([participantId, theirs]) =>
        accessLog.record({
          participantId,
          actor: context.actor,
          route,
          purpose: context.purpose,
          decision: 'ALLOWED',
          correlationId: context.correlationId,
          deliveries: theirs.map((delivery) => recordOf(delivery, agency)),
        }),
      ),
    )
  }

  /** True while what the decisions were made from still holds: a consent may have been withdrawn since. */
  async function stillHolds(deliveries: readonly Delivery[]): Promise<boolean> {
    const now = await factsFor(deliveries.map(({ entry }) => entry))
    return deliveries.every(({ entry, facts }) => JSON.stringify(now.get(entry.event.subject)) === facts)
  }

  /** Part of the trace that the change was recorded under. */
  async function sendOne(delivery: Delivery, { agency, send }: Following): Promise<void> {
    const { traceparent: parent = newTraceparent(), position, event } = delivery.entry
    const attributes = { 'samresa.agency': agency, 'samresa.event_type': event.type }
    await inSpan('send plan change', { kind: 'producer', parent, attributes }, () =>
      send(changeFrom(delivery, cursors.write(agency, position))),
    )
    sent.add({ agency })
  }

  /** Records and sends; returns the position reached, which is before the first delivery whose decision no longer holds. */
  async function sendGroup(group: readonly Delivery[], subscription: Following): Promise<{ position: number; outdated: boolean }> {
    await record(group, subscription)
    const sendingSince = performance.now()
    let checkedAt = Number.NEGATIVE_INFINITY
    for (const [index, delivery] of group.entries()) {
      if (performance.now() - checkedAt > freshMs) {
        const outdated = !(await stillHolds(group.slice(index)))
        if (outdated) return { position: group[index]!.entry.position - 1, outdated }
        checkedAt = performance.now()
      }
      await sendOne(delivery, subscription)
    }
    subscription.groupSize = performance.now() - sendingSince > freshMs ? firstGroup : Math.min(subscription.groupSize * 2, largestGroup)
    return { position: group.at(-1)!.entry.position, outdated: false }
  }

  /** Sends what may be seen of the entries and returns the position reached; stops early when a decision no longer holds. */
  async function deliver(entries: readonly FeedEntry[], subscription: Following): Promise<number> {
    const deliveries = await visible(entries, subscription)
    for (let from = 0; from < deliveries.length; ) {
      const group = deliveries.slice(from, from + subscription.groupSize)
      from += group.length
      const { position, outdated } = await sendGroup(group, subscription)
      if (outdated || subscription.signal.aborted) return position
    }
    return entries.at(-1)!.position
  }

  async function follow(subscription: Subscription): Promise<void> {
    const { signal } = subscription
    const following: Following = { ...subscription, groupSize: firstGroup }
    let position = await startOf(subscription)
    subscription.opened()
    while (!signal.aborted) {
      const entries = await feed.read(position, batchSize)
      if (signal.aborted) return
      if (entries.length === 0) await feed.grownBeyond(position, signal)
      else position = await deliver(entries, following)
    }
  }

  return (subscription: Subscription): Promise<void> => whileSubscribed(subscription.agency, () => follow(subscription))
}

const recordOf = ({ entry, shown }: Delivery, agency: Agency): access.DeliveryJson => ({
  eventId: entry.event.id,
  type: entry.event.type,
  correlationId: entry.correlationId,
  to: agency,
  view: shown.view,
  position: String(entry.position),
})

/** A measure that the agency may only see masked: that time is taken. What happened to it and which call caused it would tell whose it is. */
const isMaskedMeasure = ({ entry, shown }: Delivery): boolean =>
  shown.view === 'masked' && (entry.event.data as { parties?: unknown }).parties === undefined

function changeFrom(delivery: Delivery, cursor: string): PlanChange {
  const { entry, shown } = delivery
  const told = isMaskedMeasure(delivery) ? { type: '', correlationId: '' } : { type: entry.event.type, correlationId: entry.correlationId }
  return {
    cursor,
    eventId: entry.event.id,
    ...told,
    participantId: entry.event.subject,
    occurredAt: entry.event.time,
    payload: JSON.stringify(shown.data),
  }
}
