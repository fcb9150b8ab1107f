import { expect, test } from 'vitest'
import { eventsFromChanges, nextVersion } from './changes.ts'
import { aMeasure, context, entered, given, idOf, opened } from './plan.builder.ts'

const measureId = idOf('AME', 'training')
const plan = given(opened(), entered('AME', aMeasure('training', 'MO-TH 08:00-14:00')))
const made = (change: object) => eventsFromChanges(plan, [{ measureId, ...change }], { ...context, by: 'AME', pointer: '/changes' })
const measureAfter = (change: object) => {
  const decision = made(change)
  const [event] = 'events' in decision ? decision.events : []
  return event?.type === 'samresa.planning.v1.MeasureChanged' ? event.data.measure : undefined
}

test('a change can take away the last day, and one that does not mention it keeps it', () => {
  expect(measureAfter({ openEnded: true })).toMatchObject({ from: '2026-05-04' })
  expect(measureAfter({ openEnded: true })).not.toHaveProperty('to')
  expect(measureAfter({ from: '2026-06-01' })).toMatchObject({ from: '2026-06-01', to: '2026-08-28' })
})

test('a measure cannot both end and go on without an end', () => {
  expect(made({ openEnded: true, to: '2026-09-30' })).toMatchObject({ rejection: { fields: [{ pointer: '/changes/0/to' }] } })
})

test('the next version is the next number, and never one that 64 bits do not hold', () => {
  expect(['1', '9007199254740993', '9223372036854775806', '9223372036854775807'].map(nextVersion)).toEqual([
    '2',
    '9007199254740994',
    '9223372036854775807',
    '9223372036854775807',
  ])
})
