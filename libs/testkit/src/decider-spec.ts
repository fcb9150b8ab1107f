import assert from 'node:assert/strict'
import type { Decider, Decision } from '@samresa/kernel'

/** What a decision is held against. Each check throws an AssertionError that shows the difference. */
export interface Then<Event> {
  /** These events follow, in this order and no others. */
  yields(...expected: Event[]): void
  /** Refused, with this code. */
  refuses(code: string): void
  /** The decision itself, for what the two checks cannot say. */
  decision: Decision<Event>
}

/** Given what happened, when a command comes, these events follow: `givenEvents(decider, added).when(command).yields(recorded)`. */
export function givenEvents<State, Command, Event>(decider: Decider<State, Command, Event>, ...events: NoInfer<Event>[]) {
  const state = events.reduce((folded: State, event) => decider.evolve(folded, event), decider.initial)
  return {
    state,
    when(command: Command): Then<Event> {
      const decision = decider.decide(command, state)
      return {
        decision,
        yields: (...expected) => assert.deepStrictEqual(decision, { events: expected }),
        refuses: (code) => {
          if (!('rejection' in decision)) assert.fail(`expected the refusal ${code}, got ${decision.events.length} events`)
          assert.equal(decision.rejection.code, code)
        },
      }
    },
  }
}
