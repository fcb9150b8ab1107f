import { expect, test } from 'vitest'
import type { AccessRecord } from '../api/model.ts'
import { visitDaysOf } from './visits.ts'

const record = (user: string, at: string, decision: AccessRecord['decision'] = 'ALLOWED') =>
  ({ actor: { user, role: 'caseworker' }, purpose: 'planning', decision, at }) as AccessRecord

test('what one person reads in a day is one line, with how often and when last', () => {
  const days = visitDaysOf([
    record('anna', '2026-04-28T10:00:00Z'),
    record('nils', '2026-04-28T09:00:00Z'),
    record('anna', '2026-04-28T08:00:00Z'),
  ])
  expect(days.map(({ actor, times, last }) => [actor.user, times, last])).toEqual([
    ['anna', 2, '2026-04-28T10:00:00Z'],
    ['nils', 1, '2026-04-28T09:00:00Z'],
  ])
})

test('another day, and what was denied, are lines of their own; the day is the local one', () => {
  expect(
    visitDaysOf([
      record('anna', '2026-04-28T22:30:00Z'),
      record('anna', '2026-04-28T21:30:00Z', 'DENIED'),
      record('anna', '2026-04-28T21:00:00Z'),
    ]).map(({ date, decision }) => [date, decision]),
  ).toEqual([
    ['2026-04-29', 'ALLOWED'],
    ['2026-04-28', 'DENIED'],
    ['2026-04-28', 'ALLOWED'],
  ])
})
