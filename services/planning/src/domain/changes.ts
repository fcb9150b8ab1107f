import type { gateway, planning } from '@samresa/contracts'
import { type Agency, type Decision, measureIdFrom, measureLimits, type Rejection, reject } from '@samresa/kernel'
import type { PlanContext } from './commands.ts'
import { evolve } from './evolve.ts'
import { incompleteFields, refuseMeasure, refuseSchedule, tidyMeasure } from './measure.ts'
import type { Plan, PlanEvent } from './plan.ts'

/** On whose word changes are made, and where they stand in the request. */
export interface ChangeOptions {
  /** The agency that proposes: a new measure becomes its own. */
  by: Agency
  /** JSON pointer of the list of changes. */
  pointer: string
  /** The proposal that was accepted, when one was. */
  proposalId?: string
}

/** The events that proposed changes come to, or which of their fields is faulty. */
export function eventsFromChanges(
  plan: Plan,
  changes: readonly planning.PlanChangeJson[],
  { by, pointer, proposalId, ...context }: PlanContext & ChangeOptions,
): Decision<PlanEvent> {
  const events: PlanEvent[] = []
  const named = new Set<string>()
  for (const [index, change] of changes.entries()) {
    const at = `${pointer}/${index}`
    const made = eventFrom(plan, change, { ...context, by, at, ...(proposalId === undefined ? {} : { proposalId }) })
    if ('rejection' in made) return made
    const { measureId = '' } = made.event.data
    if (named.has(measureId)) return refuse(`${at}/measureId`, 'A measure is changed once in an option.')
    named.add(measureId)
    events.push(made.event)
  }
  return { events }
}

/** Which field of proposed changes is faulty; undefined when they can be made. */
export function refusalOfChanges(
  plan: Plan,
  changes: readonly planning.PlanChangeJson[],
  options: PlanContext & ChangeOptions,
): Rejection | undefined {
  const made = eventsFromChanges(plan, changes, options)
  return 'rejection' in made ? made.rejection : undefined
}

/** The plan as it would be. */
export const planAfter = (plan: Plan, events: readonly PlanEvent[]): Plan => events.reduce(evolve, plan)

type MeasureEvent = Extract<PlanEvent, { type: `samresa.planning.v1.Measure${string}` }>
type Made = { event: MeasureEvent } | { rejection: Rejection }
type At = PlanContext & { by: Agency; at: string; proposalId?: string }

function eventFrom(plan: Plan, change: planning.PlanChangeJson, at: At): Made {
  if (!change.measureId) return newMeasure(plan, change.measure, at)
  const planned = plan.measures.get(change.measureId)
  if (planned === undefined) return refuse(`${at.at}/measureId`, 'The plan has no such measure.')
  if (change.measure !== undefined) return refuse(`${at.at}/measure`, 'A change is of a measure in the plan, or a new measure, not both.')
  const { measureId, owner } = planned
  const common = { measureId, owner, occurredAt: at.now, ...(at.proposalId === undefined ? {} : { proposalId: at.proposalId }) }
  if (change.remove === true) {
    const { areas } = planned.measure
    return { event: { type: 'samresa.planning.v1.MeasureRemoved', data: { ...common, ...(areas === undefined ? {} : { areas }) } } }
  }
  if (change.openEnded === true && change.to) return refuse(`${at.at}/to`, 'A measure without a last day has none.')
  if (!change.weekly?.length && !change.from && !change.to && change.openEnded !== true)
    return refuse(at.at, 'A change has weekly, from, to, openEnded or remove.')
  const measure = { ...rescheduled(planned.measure, change), version: nextVersion(planned.version) }
  const rejection = refuseSchedule(measure, at.at)
  if (rejection !== undefined) return { rejection }
  const incomplete = incompleteFields(measure, at.region)
  return { event: { type: 'samresa.planning.v1.MeasureChanged', data: { ...common, measure, incomplete } } }
}

function newMeasure(plan: Plan, proposed: gateway.MeasureJson | undefined, { by, at, participantId, region, now }: At): Made {
  if (proposed === undefined) return refuse(`${at}/measureId`, 'A change names a measure of the plan, or brings a new one.')
  const rejection = refuseMeasure(proposed, by === 'AME' ? 'own' : 'on-behalf', `${at}/measure`)
  if (rejection !== undefined) return { rejection }
  const measureId = measureIdFrom(participantId, by, proposed.ref ?? '')
  if (plan.measures.has(measureId)) return refuse(`${at}/measure/ref`, 'The plan already has a measure with this ref.')
  const measure = { ...tidyMeasure(proposed), version: '1' }
  const incomplete = incompleteFields(measure, region)
  return {
    event: { type: 'samresa.planning.v1.MeasureAdded', data: { measureId, owner: by, measure, agreed: true, incomplete, occurredAt: now } },
  }
}

/** The new times; what a change does not mention stays. Times for a self-paced measure end its being self-paced. */
function rescheduled(
  { hoursPerWeek, to: lastDay, ...measure }: gateway.MeasureJson,
  { weekly, from, to, openEnded }: planning.PlanChangeJson,
): gateway.MeasureJson {
  const end = openEnded === true ? undefined : to || lastDay
  return tidyMeasure({
    ...measure,
    ...(weekly?.length ? { weekly } : hoursPerWeek === undefined ? {} : { hoursPerWeek }),
    ...(from ? { from } : {}),
    ...(end ? { to: end } : {}),
  })
}

/** The next number; at the largest there is none left, and the newest words stand under it. */
export const nextVersion = (version: string): string => (BigInt(version) < measureLimits.version ? String(BigInt(version) + 1n) : version)

const refuse = (pointer: string, detail: string): { rejection: Rejection } => ({
  rejection: reject('invalid', 'INVALID_FIELD', detail, [{ pointer, detail }]),
})
