import type { planning } from '@samresa/contracts'
import type { Agency, Rejection } from '@samresa/kernel'
import { eventsFromChanges, planAfter } from './changes.ts'
import type { PlanContext } from './commands.ts'
import { capacityOfWeek, capacityPeriodsFrom, countsAsLoad } from './conflicts/over-capacity.ts'
import { dayFrom, weekName, weekOf } from './day.ts'
import { type Found, findAll } from './findings.ts'
import type { Plan, PlannedMeasure } from './plan.ts'
import { namedMeasures } from './proposal.ts'
import { isOpen, isSettled } from './recheck.ts'
import { countOccurrences, horizonFrom, lastDayOf, loadOfWeek, scheduleOf, shownHours } from './schedule.ts'

const mostWeeks = 104

/** What changes would leave, worked out without storing anything. */
export interface Preview {
  /** The plan as it would be: for explaining what is found in it. */
  plan: Plan
  /** Findings that are not there today. */
  caused: Found[]
  /** Open conflicts that would be gone. */
  cured: string[]
  /** Findings that are there today and would still be, as they would be. */
  remaining: Found[]
  /** Each week from today's to the last one that a changed measure touches, before or after; at most 104. */
  hoursPerWeek: { week: string; hours: number; capacity?: number }[]
  /** From today on, holidays out: occurrences before minus occurrences after, for each changed measure, not below 0. */
  sessionsLost: { measureId: string; sessions: number }[]
}

/** What proposed changes would cause, cure and cost. A deviation is cured by changes that name its measure, since accepting them agrees to it. */
export function preview(
  plan: Plan,
  changes: readonly planning.PlanChangeJson[],
  { by, pointer = '/changes', ...context }: PlanContext & { by: Agency; pointer?: string },
): { preview: Preview } | { rejection: Rejection } {
  const made = eventsFromChanges(plan, changes, { ...context, by, pointer, proposalId: 'preview' })
  if ('rejection' in made) return made
  const after = planAfter(plan, made.events)
  const known = new Set(findAll(plan, context).map(({ conflictId }) => conflictId))
  const isNews = (found: Found) => !known.has(found.conflictId) || !isSettled(found, plan.conflicts.get(found.conflictId))
  const left = findAll(after, context).filter(isNews)
  const leftIds = new Set(left.map(({ conflictId }) => conflictId))
  return {
    preview: {
      plan: after,
      caused: left.filter(({ conflictId }) => !known.has(conflictId)),
      cured: [...plan.conflicts.values()].flatMap((conflict) =>
        isOpen(conflict) && !leftIds.has(conflict.conflictId) ? [conflict.conflictId] : [],
      ),
      remaining: left.filter(({ conflictId }) => known.has(conflictId)),
      hoursPerWeek: hoursPerWeek(after, weeksTouched([plan, after], made.events, context), context),
      sessionsLost: [...namedMeasures(changes)].map((measureId) => ({
        measureId,
        sessions: sessionsLost(measureId, [plan, after], context),
      })),
    },
  }
}

/** From today's week to the last one that a changed measure touches. */
function weeksTouched(
  plans: readonly Plan[],
  events: readonly { data: object }[],
  { today }: PlanContext,
): { first: number; last: number } {
  const horizon = horizonFrom(today)
  const ids = events.flatMap(({ data }) => ('measureId' in data ? [data.measureId as string] : []))
  const ends = plans.flatMap((plan) => ids.flatMap((id) => lastDaysOf(plan.measures.get(id), horizon)))
  const first = weekOf(dayFrom(today) ?? 0)
  return { first, last: Math.min(Math.max(...ends.map(weekOf), first - 1), first + mostWeeks - 1) }
}

const lastDaysOf = (measure: PlannedMeasure | undefined, horizon: number): number[] =>
  measure === undefined ? [] : [lastDayOf(scheduleOf(measure.measure), horizon)]

function hoursPerWeek(
  plan: Plan,
  { first, last }: { first: number; last: number },
  { region, today }: PlanContext,
): Preview['hoursPerWeek'] {
  const horizon = horizonFrom(today)
  const periods = capacityPeriodsFrom(plan.capacity)
  const schedules = [...plan.measures.values()].filter(countsAsLoad).map(({ measure }) => scheduleOf(measure))
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const week = first + index
    const capacity = capacityOfWeek(periods, week)?.hours
    const load = schedules.reduce((sum, schedule) => sum + loadOfWeek(schedule, week, horizon, region), 0)
    return { week: weekName(week), hours: shownHours(load), ...(capacity === undefined ? {} : { capacity }) }
  })
}

function sessionsLost(measureId: string, plans: readonly [Plan, Plan], { region, today }: PlanContext): number {
  const [before, after] = plans.map((plan) => {
    const measure = plan.measures.get(measureId)
    return measure === undefined ? 0 : countOccurrences(scheduleOf(measure.measure), dayFrom(today) ?? 0, horizonFrom(today), region)
  })
  return Math.max(0, before! - after!)
}
