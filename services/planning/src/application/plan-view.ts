import type { ParticipantFacts } from '@samresa/directory'
import type { Actor } from '@samresa/kernel'
import { measureFor, seesCapacity } from '@samresa/visibility'
import type { Plan, PlannedMeasure } from '../domain/plan.ts'

/** Whose eyes a view is made for, and on which day. */
export interface Reader {
  actor: Actor
  facts: ParticipantFacts
  /** YYYY-MM-DD */
  today: string
}

/** The plan as the reader may see it. */
export function planFor({ actor, facts, today }: Reader, plan: Plan) {
  return {
    participantId: facts.participantId,
    today,
    capacity: seesCapacity(actor, facts, today) ? capacityOf(plan, facts) : [],
    measures: [...plan.measures.values()].flatMap((measure) => measureFor(actor, facts, wholeMeasure(measure), today) ?? []),
  }
}

/** A plan that nobody has entered anything into yet has no capacity of its own. */
const capacityOf = (plan: Plan, facts: ParticipantFacts) =>
  (plan.opened ? plan.capacity : facts.capacity).map(({ from = '', to, hoursPerWeek }) => ({
    from,
    hoursPerWeek: Number(hoursPerWeek),
    ...(to && { to }),
  }))

function wholeMeasure({ measureId, owner, measure, version, state, incomplete, history }: PlannedMeasure) {
  return {
    measureId,
    owner,
    state,
    incomplete,
    ...measure,
    weekly: measure.weekly ?? [],
    version,
    countsAsLoad: measure.countsAsLoad ?? true,
    history: history.map(({ version, weekly, from, to, recordedAt }) => ({ version, weekly, from, recordedAt, ...(to && { to }) })),
  }
}
