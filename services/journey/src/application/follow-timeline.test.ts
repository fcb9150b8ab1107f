import type { AccessEntry, AccessLog } from '@samresa/access-log'
import { businessClockFrom, type CallContext } from '@samresa/kernel'
import type { Seal } from '@samresa/seal'
import { expect, onTestFinished, test } from 'vitest'
import { trainingAdded } from '../testing/plan-events.ts'
import { createFollowTimeline } from './follow-timeline.ts'
import { createSharedLiveRows } from './live-rows.ts'
import type { ParticipantRecords } from './participant-records.ts'
import type { TimelineRow } from './ports.ts'

const context: CallContext & { route: string } = {
  actor: { user: 'anna', role: 'caseworker', agency: 'AME' },
  purpose: 'planning',
  correlationId: 'read-1',
  route: 'GET /v1/participants/:id/timeline/stream',
}
const at = '2026-04-28T07:00:00.000Z'
const rowOf = (version: number): TimelineRow => ({
  ...{ id: `e-${version}`, type: 'samresa.planning.v1.MeasureAdded', source: 'planning', subject: 'yonas', stream: 'plan-yonas' },
  ...{ version, time: at, at, shownAt: at, correlationId: 'c', data: trainingAdded().data },
})

/** Somebody who follows rows in a store that other processes write to; `may` says whether they may see anything at that moment. */
async function followShared(written: TimelineRow[], { may = (): boolean => true } = {}) {
  const now = Temporal.Instant.from(at)
  let reads = 0
  const recorded: string[][] = []
  const live = createSharedLiveRows(undefined, 3_600_000)
  const begin = createFollowTimeline({
    records: {
      getFor: async () => ({ facts: { caseworkers: may() ? ['anna'] : [] }, relation: 'caseworker' }),
    } as unknown as ParticipantRecords,
    rows: {
      ofParticipant: async () => {
        reads += 1
        return [...written]
      },
      underCorrelation: async () => [],
    },
    live,
    seal: { openEvent: async (event: unknown) => event } as Seal,
    accessLog: {
      record: async ({ deliveries = [] }: AccessEntry) => void recorded.push(deliveries.map(({ position }) => position!)),
    } as unknown as AccessLog,
    businessClock: businessClockFrom(now, now),
  })
  const leaving = new AbortController()
  const items = (await begin(context, 'yonas', '0.0'))(leaving.signal)
  onTestFinished(() => leaving.abort())
  return {
    reads: () => reads,
    recorded,
    write: (row: TimelineRow, told = true) => {
      written.push(row)
      if (told) live.announce([row])
    },
    tell: (row: TimelineRow) => live.announce([row]),
    next: async () => (await items.next()).value?.cursor,
  }
}

test('a row that is the next of its stream is told as it came, without reading the timeline again', async () => {
  const timeline = await followShared([rowOf(1)])
  expect(await timeline.next()).toBe('0.1')
  for (const version of [2, 3, 4]) {
    const next = timeline.next()
    timeline.write(rowOf(version))
    expect(await next).toBe(`0.${version}`)
  }
  expect(timeline.reads()).toBe(1)
})

test('before a row that is not the next of its stream whatever was written before it is read, and nothing comes twice', async () => {
  const timeline = await followShared([rowOf(1)])
  expect(await timeline.next()).toBe('0.1')
  timeline.write(rowOf(2), false)
  timeline.write(rowOf(3))
  timeline.tell(rowOf(2))
  expect([await timeline.next(), await timeline.next()]).toEqual(['0.2', '0.3'])
  timeline.tell(rowOf(3))
  timeline.write(rowOf(5))
  expect([await timeline.next()]).toEqual(['0.5'])
  expect(timeline.reads()).toBe(3)
})

test('of rows that come faster than somebody takes them only some are kept, and the others are read', async () => {
  const timeline = await followShared([])
  const first = timeline.next()
  timeline.write(rowOf(1))
  expect(await first).toBe('0.1')
  for (let version = 2; version <= 2_000; version += 1) timeline.write(rowOf(version))
  for (let version = 2; version <= 2_000; version += 1) expect(await timeline.next()).toBe(`0.${version}`)
  expect(timeline.reads()).toBe(2)
})

test('rows that come together are on record together, each before it is told, and at most twenty at once', async () => {
  const timeline = await followShared(Array.from({ length: 25 }, (_, index) => rowOf(index + 1)))
  expect(await timeline.next()).toBe('0.1')
  expect(timeline.recorded).toEqual([Array.from({ length: 20 }, (_, index) => String(index + 1))])
  for (let version = 2; version <= 25; version += 1) expect(await timeline.next()).toBe(`0.${version}`)
  expect(timeline.recorded.slice(1)).toEqual([['21', '22', '23', '24', '25']])
})

/** Asked when somebody begins to follow, when rows are taken up, and at the turn of each row until the answer stays the same. */
const seenAtTurns = (answers: boolean[]) => ({ may: () => answers.shift() ?? true })

test('a row that becomes visible while those before it are told is put on record and told at its turn', async () => {
  const timeline = await followShared([rowOf(1), rowOf(2)], seenAtTurns([false, false, false, true]))
  expect(await timeline.next()).toBe('0.2')
  expect(timeline.recorded).toEqual([['2']])
})

test('a row that is hidden while those before it are told is not told', async () => {
  const timeline = await followShared([rowOf(1), rowOf(2), rowOf(3)], seenAtTurns([true, true, true, false, false]))
  expect([await timeline.next(), await timeline.next()]).toEqual(['0.1', '0.3'])
})
