import type { Decider } from '@samresa/kernel'
import { reject } from '@samresa/kernel'
import { expect, test } from 'vitest'
import { givenEvents } from './decider-spec.ts'

type Counted = { type: 'Counted'; data: { by: number } }
const counter: Decider<number, { by: number }, Counted> = {
  initial: 0,
  decide: ({ by }, total) =>
    total + by > 3 ? { rejection: reject('conflict', 'TOO_MANY', 'Count less.') } : { events: [{ type: 'Counted', data: { by } }] },
  evolve: (total, event) => total + event.data.by,
}
const counted = (by: number): Counted => ({ type: 'Counted', data: { by } })

test('a command is decided on what happened before', () => {
  givenEvents(counter, counted(1), counted(1)).when({ by: 1 }).yields(counted(1))
  givenEvents(counter, counted(1), counted(2)).when({ by: 1 }).refuses('TOO_MANY')
})

test('other events, another code and an unexpected refusal all fail the check', () => {
  expect(() => givenEvents(counter).when({ by: 1 }).yields(counted(2))).toThrow()
  expect(() => givenEvents(counter).when({ by: 1 }).yields()).toThrow()
  expect(() => givenEvents(counter).when({ by: 1 }).refuses('TOO_MANY')).toThrow('expected the refusal TOO_MANY')
  expect(() => givenEvents(counter).when({ by: 9 }).refuses('OTHER')).toThrow()
  expect(() => givenEvents(counter).when({ by: 9 }).yields(counted(9))).toThrow()
})
