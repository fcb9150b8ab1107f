import type { EventRecord } from '@samresa/bus'
import { expect, test } from 'vitest'
import { rowFrom, timelineWrites } from './timeline.projection.ts'
import { cursorFrom, cursorText, inOrderOfArrival, isAfter, past, startOfTimeline } from './timeline-cursor.ts'

const shownAt = '2026-04-29T07:00:00.010Z'
const record = (more: Partial<EventRecord> = {}): EventRecord => ({
  id: 'event',
  type: 'samresa.planning.v1.ConflictDetected',
  source: 'planning',
  subject: 'yonas',
  time: '2026-04-29T07:00:00.000Z',
  stream: 'plan-yonas',
  version: 3,
  correlationId: 'correlation',
  at: '2026-04-29T07:00:00.004Z',
  actor: 'service:planning',
  data: { sealed: { ciphertext: 'x' } },
  commit: { seq: 2, hash: 'h', last: true },
  ...more,
})
const row = (source: string, version: number, at: string) =>
  rowFrom(record({ source, version, at, stream: source, id: `${source}-${version}` }), shownAt)

test('an event makes one row, found by participant and time and by its correlation, sealed as it came', () => {
  expect(timelineWrites(record(), shownAt)).toEqual([
    {
      op: 'put',
      collection: 'timeline-v1',
      document: { id: 'yonas/2026-04-29T07:00:00.000Z/event', index: 'correlation', body: rowFrom(record(), shownAt) },
    },
  ])
  expect(rowFrom(record(), shownAt)).toMatchObject({ data: { sealed: { ciphertext: 'x' } }, shownAt })
})

test.each([
  'samresa.planning.v1.PlanOpened',
  'samresa.agency.v1.MeasureReported',
  'samresa.agency.v1.MeasureReportRejected',
  'samresa.access.v1.AccessRecorded',
  'samresa.planning.v9.Unheard',
  'toString',
])('%s makes no row', (type) => {
  expect(timelineWrites(record({ type }), shownAt)).toEqual([])
})

test('an event about no single participant makes no row', () => {
  expect(timelineWrites(record({ subject: '' }), shownAt)).toEqual([])
})

test('rows are told by time of commit, each stream in its own order even when a clock went back', () => {
  const rows = [row('planning', 2, '10:01'), row('journey', 1, '10:02'), row('planning', 1, '10:03'), row('journey', 2, '10:09')]
  expect(inOrderOfArrival(rows).map(({ id }) => id)).toEqual(['journey-1', 'planning-1', 'planning-2', 'journey-2'])
})

test('a position moves forward only, in the stream of the row', () => {
  const at = past(past(startOfTimeline, row('planning', 3, '')), row('journey', 1, ''))
  expect(cursorText(at)).toBe('1.3')
  expect(past(at, row('planning', 2, ''))).toEqual(at)
  expect([isAfter(at, row('planning', 3, '')), isAfter(at, row('planning', 4, '')), isAfter(at, row('journey', 2, ''))]).toEqual([
    false,
    true,
    true,
  ])
})

test.each(['', '1', '1.', '-1.2', '1.2.3', '1.2 ', 'x.y', '1.1234567890123456'])('"%s" is no position of ours', (text) => {
  expect(cursorFrom(text)).toBeUndefined()
})

test('a position survives its text', () => {
  expect(cursorFrom(cursorText({ journey: 4, planning: 12 }))).toEqual({ journey: 4, planning: 12 })
})
