import type { ParticipantFacts } from '@samresa/directory'
import { measureFor, seesCapacity } from '@samresa/visibility'
import type { EarlierSchedule, Plan, PlannedMeasure } from '../domain/plan.ts'
import type { Reader } from './readers.ts'

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
    history: history.map(earlierTimes),
  }
}

const earlierTimes = ({ version, weekly, from, to, hoursPerWeek, recordedAt }: EarlierSchedule) => ({
  version,
  weekly,
  from,
  recordedAt,
  ...(to && { to }),
  ...(hoursPerWeek !== undefined && { hoursPerWeek }),
})
