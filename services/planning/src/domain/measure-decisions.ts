import { type Agency, type Decision, notFound, type Rejection, reject, speakerOf } from '@samresa/kernel'
import { nextVersion } from './changes.ts'
import type { AddMeasure, ChangeMeasure, OpenPlan, PlanContext, RecordAgencyMeasure } from './commands.ts'
import { evolve } from './evolve.ts'
import { hasSameContent, incompleteFields, refuseMeasure, refuseSchedule, tidyMeasure } from './measure.ts'
import type { Plan, PlanEvent, PlannedMeasure } from './plan.ts'
import { namedMeasures } from './proposal.ts'
import { recheck, supersedeProposals } from './recheck.ts'

type InContext<Command> = Command & { context: PlanContext }

/** A plan is opened once; later it is what it is. */
export function openPlan({ capacity, context }: InContext<OpenPlan>, plan: Plan): Decision<PlanEvent> {
  if (plan.opened) return { events: [] }
  return withRecheck(plan, { type: 'samresa.planning.v1.PlanOpened', data: { capacity, occurredAt: context.now } }, context)
}

export function addMeasure({ measureId, owner, measure, agreed, context }: InContext<AddMeasure>, plan: Plan): Decision<PlanEvent> {
  const rejection = refuseMeasure(measure, owner === 'AME' ? 'own' : 'on-behalf', '/measure')
  if (rejection !== undefined) return { rejection }
  if (plan.measures.has(measureId)) {
    return { rejection: reject('conflict', 'MEASURE_EXISTS', 'The plan already has a measure with this owner and ref; change that one.') }
  }
  // Versions are counted from here: for an agency, this is version 1 of what it reports later.
  const entered = { ...tidyMeasure(measure), version: '1' }
  const incomplete = incompleteFields(entered, context.region)
  const data = { measureId, owner, measure: entered, agreed, incomplete, occurredAt: context.now }
  return withRecheck(plan, { type: 'samresa.planning.v1.MeasureAdded', data }, context)
}

/**
 * AME changes what it speaks for, and what it entered for an agency that has not reported it yet. The ref stays: with the owner it is what
 * the measure is known by.
 */
export function changeMeasure({ measureId, measure, expectedVersion, context }: InContext<ChangeMeasure>, plan: Plan): Decision<PlanEvent> {
  const planned = plan.measures.get(measureId)
  if (planned === undefined) return { rejection: notFound() }
  if (planned.reported && speakerOf(planned.owner) !== 'AME') return { rejection: notYours(planned.owner) }
  if (expectedVersion !== undefined && expectedVersion !== planned.version) {
    return { rejection: reject('stale', 'STALE', 'The measure has changed since you read it; read it again.') }
  }
  const { ref } = planned.measure
  if (measure.ref && measure.ref !== ref) {
    const detail = 'The ref of a measure cannot change.'
    return { rejection: reject('invalid', 'INVALID_FIELD', detail, [{ pointer: '/measure/ref', detail }]) }
  }
  const edited = { ...tidyMeasure(measure), ...(ref === undefined ? {} : { ref }), version: nextVersion(planned.version) }
  const rejection = refuseMeasure(edited, planned.owner === 'AME' ? 'own' : 'on-behalf', '/measure')
  if (rejection !== undefined) return { rejection }
  const incomplete = incompleteFields(edited, context.region)
  const data = { measureId, owner: planned.owner, measure: edited, incomplete, occurredAt: context.now }
  return withRecheck(plan, { type: 'samresa.planning.v1.MeasureChanged', data }, context)
}

const notYours = (owner: Agency): Rejection =>
  reject(
    'conflict',
    'NOT_YOURS',
    `${owner} has reported this measure: it changes by its next report or by an accepted proposal. Send a proposal.`,
  )

/** Another agency has decided: a fact is never refused for what it clashes with, or for coming late. */
export function recordAgencyMeasure(command: InContext<RecordAgencyMeasure>, plan: Plan): Decision<PlanEvent> {
  const { measureId, owner, measure, receiptId, channel, decidedAt, context } = command
  const rejection = refuseSchedule(measure, '/measure')
  if (rejection !== undefined) return { rejection }
  const planned = plan.measures.get(measureId)
  const version = versionToRecord(planned, measure.version ?? '1')
  if (version !== measure.version && planned !== undefined && hasSameContent(planned.measure, measure)) return { events: [] }
  const reported = { ...tidyMeasure(measure), version }
  const incomplete = incompleteFields(reported, context.region)
  const renumbered = version === measure.version ? {} : { reportedVersion: measure.version ?? '1' }
  const data = { measureId, owner, measure: reported, receiptId, channel, decidedAt, incomplete, occurredAt: context.now, ...renumbered }
  return withRecheck(plan, { type: 'samresa.planning.v1.AgencyMeasureRecorded', data }, context)
}

/** As reported; when the plan has gone past that meanwhile, the next one of the plan. */
const versionToRecord = (planned: PlannedMeasure | undefined, reported: string): string =>
  planned === undefined || BigInt(reported) > BigInt(planned.version) ? reported : nextVersion(planned.version)

/** The event, the proposals that it makes pointless, and what it means for the plan's conflicts. */
function withRecheck(plan: Plan, event: PlanEvent, context: PlanContext): Decision<PlanEvent> {
  const changed = 'measureId' in event.data ? event.data.measureId : undefined
  const superseded = supersedeProposals(plan, context.now, ({ options }) =>
    options.some(({ changes }) => changed !== undefined && namedMeasures(changes).has(changed)),
  )
  const told = [event, ...superseded]
  const after = told.reduce(evolve, plan)
  return { events: [...told, ...recheck(plan, after, context)] }
}
