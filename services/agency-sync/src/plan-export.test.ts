import { createAccessLog } from '@samresa/access-log'
import type { access } from '@samresa/contracts'
import { businessClockFrom, machineClock } from '@samresa/kernel'
import type { Leases } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'
import { openTestStore } from '@samresa/testkit'
import { expect, test } from 'vitest'
import { createFeedCursors } from './application/feed-cursor.ts'
import { openOutwardFeed } from './application/outward-feed.ts'
import { createPlanExport } from './application/plan-export.ts'
import { createPlanSubscription } from './application/plan-subscription.ts'
import { exportProgressIn } from './outbound/plan-export.documents.ts'
import { type Publisher, plansToTopics } from './outbound/plan-export.topics.ts'

const measureOf = (number: number, owner: string) => ({
  id: `event-${number}`,
  type: 'samresa.planning.v1.MeasureAdded',
  subject: 'yonas',
  time: '2026-04-29T07:00:00.000Z',
  data: { measureId: `m-${number}`, owner, measure: { ref: `${number}`, title: 'Canary', areas: ['job'], from: '2026-05-04' } },
  correlationId: `k-${number}`,
})

type Published = { topic: string; key: string; headers: Record<string, string>; value: string }

/** Stands for the store's leases: one holder at a time, for as long as it does not give up. */
function leasesInMemory(): Leases {
  let held: { owner: string; epoch: number } | undefined
  let epoch = 0
  return {
    take: async (_, owner) => {
      if (held !== undefined && held.owner !== owner) return undefined
      if (held === undefined) epoch += 1
      held = { owner, epoch }
      return { epoch }
    },
    release: async (_, owner) => {
      if (held?.owner === owner) held = undefined
    },
  }
}

async function openRig() {
  const store = await openTestStore()
  const feed = await openOutwardFeed(store.documents)
  const cursors = createFeedCursors(Buffer.alloc(32, 7))
  const accessLog = createAccessLog({ commits: store.commits, service: 'agency-sync' })
  const subscribe = createPlanSubscription({
    feed,
    cursors,
    // AF may see its own measures whole, and others' masked: there is no consent.
    directory: {
      find: async (person) =>
        'participantId' in person && person.participantId === 'yonas'
          ? { participantId: 'yonas', agencies: ['AME', 'AF', 'FK'], caseworkers: ['anna'], protectedIdentity: false, consents: [] }
          : undefined,
    },
    open: async (event) => event,
    accessLog,
    businessClock: businessClockFrom(Temporal.Instant.from('2026-04-29T07:00:00Z'), machineClock.now()),
    outOfRange: 'CURSOR_OUT_OF_RANGE',
  })
  const published: Published[] = []
  const broker = { away: false, pause: Promise.resolve() }
  const publisher: Publisher = {
    publish: async (topic, record) => {
      await broker.pause
      if (broker.away) throw new Error('away')
      published.push({ topic, ...record })
    },
  }
  const leases = leasesInMemory()
  const logger = createLogger({ service: 'agency-sync', level: 'silent' })
  const progress = exportProgressIn(store.documents)
  return {
    published,
    broker,
    cursors,
    progress,
    ids: () => published.map(({ headers }) => headers['ce_id']),
    async tell(...numbers: number[]) {
      const events = numbers.map((number) => measureOf(number, number % 2 === 1 ? 'AF' : 'FK'))
      await store.documents.write(events.map(feed.entryFor), 'disposable')
      feed.announce(events)
    },
    exportAs: (owner: string) =>
      createPlanExport({ subscribe, cursors, publisher: plansToTopics(publisher), progress, leases, owner, logger })(['AF']),
    deliveries: async () =>
      (await store.commits.readStream('access-agency-sync'))
        .flatMap(({ events }) => events)
        .map(({ data }) => data as access.AccessRecordedJson),
    [Symbol.asyncDispose]: async () => {
      await accessLog.close()
      await store.close()
    },
  }
}

test('an agency gets what it may see on its own topic, as CloudEvents, recorded as an access before', async () => {
  await using rig = await openRig()
  const running = rig.exportAs('one')
  await rig.tell(1, 2)
  await expect.poll(rig.ids).toEqual(['event-1', 'event-2'])
  const [whole, masked] = rig.published
  expect(whole).toMatchObject({
    topic: 'out.af.plan.v1',
    key: 'yonas',
    headers: {
      ce_specversion: '1.0',
      ce_type: 'samresa.planning.v1.MeasureAdded',
      ce_source: 'agency-sync',
      ce_subject: 'yonas',
      ce_time: '2026-04-29T07:00:00.000Z',
      ce_correlationid: 'k-1',
      'content-type': 'application/json',
    },
    value: expect.stringContaining('Canary'),
  })
  expect(rig.cursors.read('AF', whole!.headers['ce_cursor']!)).toBe(1)
  expect(JSON.stringify(masked)).not.toMatch(/Canary|MeasureAdded|k-2/)
  const [record] = await rig.deliveries()
  expect(record).toMatchObject({ user: 'export:AF', agency: 'AF', role: 'agency-system', route: 'out.af.plan.v1', decision: 'ALLOWED' })
  expect(record!.deliveries?.[0]).toMatchObject({ eventId: 'event-1', to: 'AF' })
  await running.close()
})

test('after a restart it goes on behind what was acknowledged', async () => {
  await using rig = await openRig()
  const first = rig.exportAs('one')
  await rig.tell(1, 2)
  await expect.poll(() => rig.progress.of('AF')).toBe(2)
  await first.close()
  await rig.tell(3)
  const second = rig.exportAs('one')
  await expect.poll(rig.ids).toEqual(['event-1', 'event-2', 'event-3'])
  await second.close()
})

test('what the broker did not acknowledge is sent again, in order', async () => {
  await using rig = await openRig()
  rig.broker.away = true
  const running = rig.exportAs('one')
  await rig.tell(1, 2, 3)
  await expect.poll(async () => (await rig.deliveries()).length).toBeGreaterThan(0)
  expect(await rig.progress.of('AF')).toBe(0)
  rig.broker.away = false
  await expect.poll(rig.ids, { timeout: 5_000 }).toEqual(['event-1', 'event-2', 'event-3'])
  await running.close()
})

test('one process exports at a time, and another goes on where it ended', async () => {
  await using rig = await openRig()
  const one = rig.exportAs('one')
  await rig.tell(1)
  await expect.poll(rig.ids).toEqual(['event-1'])
  const other = rig.exportAs('other')
  await rig.tell(2)
  await expect.poll(rig.ids).toEqual(['event-1', 'event-2'])
  await expect.poll(() => rig.progress.of('AF')).toBe(2)
  await one.close()
  await rig.tell(3)
  await expect.poll(rig.ids, { timeout: 5_000 }).toEqual(['event-1', 'event-2', 'event-3'])
  await other.close()
})

test('a process that was overtaken sends no more than the change it was at, and moves nothing back', async () => {
  await using rig = await openRig()
  await rig.tell(1, 2, 3)
  const wakesUp = Promise.withResolvers<void>()
  rig.broker.pause = wakesUp.promise
  const running = rig.exportAs('one')
  await expect.poll(async () => (await rig.deliveries()).length).toBe(1)
  // Another process has sent everything meanwhile.
  await rig.progress.advance('AF', 0, 3)
  wakesUp.resolve()
  await expect.poll(rig.ids).toEqual(['event-1'])
  await rig.tell(5)
  await expect.poll(rig.ids, { timeout: 5_000 }).toEqual(['event-1', 'event-5'])
  await running.close()
})
