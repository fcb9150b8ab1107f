import { createAccessLog } from '@samresa/access-log'
import type { access } from '@samresa/contracts'
import { businessClockFrom, type CallContext, machineClock } from '@samresa/kernel'
import { openTestStore } from '@samresa/testkit'
import { expect, test } from 'vitest'
import { createFeedCursors } from './feed-cursor.ts'
import { openOutwardFeed } from './outward-feed.ts'
import { createPlanSubscription, type PlanChange } from './plan-subscription.ts'

const context: CallContext = {
  actor: { user: 'af-system', role: 'agency-system', agency: 'AF' },
  purpose: 'planning',
  correlationId: 's-1',
}

const measureOf = (number: number) => ({
  id: `event-${number}`,
  type: 'samresa.planning.v1.MeasureAdded',
  subject: 'yonas',
  time: '2026-04-29T07:00:00.000Z',
  data: { measureId: `m-${number}`, owner: 'FK', measure: { ref: `${number}`, title: 'Canary', areas: ['job'], from: '2026-05-04' } },
  correlationId: `k-${number}`,
})

/** A feed of so many changes of one participant's plan, of whom AF may see everything while `consents` stands. */
async function openRig(count: number) {
  const store = await openTestStore()
  const feed = await openOutwardFeed(store.documents)
  const events = Array.from({ length: count }, (_, index) => measureOf(index + 1))
  await store.documents.write(events.map(feed.entryFor), 'disposable')
  feed.announce(events)
  const facts = {
    participantId: 'yonas',
    agencies: ['AME', 'AF', 'FK'],
    caseworkers: ['anna'],
    protectedIdentity: false,
    consents: [{ consentId: 'c', between: ['FK', 'AF'], from: '2025-01-01', to: '', withdrawnOn: '', except: [] }],
  }
  const accessLog = createAccessLog({ commits: store.commits, service: 'agency-sync' })
  const subscribe = createPlanSubscription({
    feed,
    cursors: createFeedCursors(Buffer.alloc(32, 7)),
    directory: { find: async () => ({ ...facts }) },
    open: async (event) => event,
    accessLog,
    businessClock: businessClockFrom(Temporal.Instant.from('2026-04-29T07:00:00Z'), machineClock.now()),
    outOfRange: 'CURSOR_OUT_OF_RANGE',
  })
  const leaving = new AbortController()
  return {
    facts,
    /** Resolves when the subscriber leaves. */
    follow: (send: (change: PlanChange) => Promise<void>) =>
      subscribe({ agency: 'AF', cursor: 'begin', context, route: 'test', signal: leaving.signal, opened: () => undefined, send }),
    leave: () => leaving.abort(),
    deliveries: async () =>
      (await store.commits.readStream('access-agency-sync'))
        .flatMap(({ events }) => events)
        .flatMap(({ data }) => (data as access.AccessRecordedJson).deliveries ?? []),
    [Symbol.asyncDispose]: async () => {
      await accessLog.close()
      await store.close()
    },
  }
}

test('a subscriber that stops reading leaves few records of what it was never sent', async () => {
  await using rig = await openRig(100)
  const stalled = rig.follow(() => Promise.reject(new Error('stalled')))
  await expect(stalled).rejects.toThrow('stalled')
  expect((await rig.deliveries()).length).toBeLessThanOrEqual(16)
})

test('what is sent slowly is on record once', async () => {
  await using rig = await openRig(20)
  let sent = 0
  await rig.follow(async () => {
    // Longer than a decision counts as fresh.
    for (const startedAt = performance.now(); performance.now() - startedAt < 12; );
    sent += 1
    if (sent === 20) rig.leave()
  })
  expect((await rig.deliveries()).map(({ eventId }) => eventId)).toEqual(Array.from({ length: 20 }, (_, index) => `event-${index + 1}`))
})

test('what is withdrawn between two slow messages counts for the second', async () => {
  await using rig = await openRig(2)
  const payloads: string[] = []
  await rig.follow(async ({ payload }) => {
    payloads.push(payload)
    rig.facts.consents = []
    for (const startedAt = performance.now(); performance.now() - startedAt < 12; );
    if (payloads.length === 2) rig.leave()
  })
  expect(payloads.map((payload) => payload.includes('Canary'))).toEqual([true, false])
  expect((await rig.deliveries()).map(({ eventId, view }) => [eventId, view])).toEqual([
    ['event-1', 'whole'],
    ['event-2', 'whole'],
    ['event-2', 'masked'],
  ])
})
