import type { Rejection } from './rejection.ts'

/** What a decision yields: the events that follow, or why nothing does. */
export type Decision<Event> = { events: Event[] } | { rejection: Rejection }

/** The rules of one kind of stream: pure functions, no I/O, time and ids come in with the command. */
export interface Decider<State, Command, Event> {
  initial: State
  decide(command: Command, state: State): Decision<Event>
  evolve(state: State, event: Event): State
}
