import type { PlanContext } from './commands.ts'
import { countsAsLoad } from './conflicts/over-capacity.ts'
import { type Found, findAround, partyFrom } from './findings.ts'
import type { ConflictState, Plan, PlanConflict, PlanEvent, PlannedMeasure, PlanProposal } from './plan.ts'
import { isSameJson } from './same-json.ts'
import { scheduleKey } from './schedule.ts'

const closedStates: readonly ConflictState[] = ['ACCEPTED_AS_IS', 'VERIFIED', 'WITHDRAWN']

export const isOpen = (conflict: PlanConflict): boolean => !closedStates.includes(conflict.state)

/** What else is known when a re-check is made. */
export interface RecheckOptions {
  /** Measures that an agreed option names: what vanishes around them is VERIFIED, not WITHDRAWN. */
  agreed?: ReadonlySet<string>
}

/**
 * The events that bring a plan's conflicts in line with its measures after some of them changed. Only what the changed measures touch is
 * looked at again; a version that says the same to every rule changes nothing.
 */
export function recheck(before: Plan, after: Plan, context: PlanContext, { agreed = new Set() }: RecheckOptions = {}): PlanEvent[] {
  const changed = changedMeasures(before, after)
  const load =
    before.capacity !== after.capacity || [...changed].some((id) => bearsLoad(before.measures.get(id)) || bearsLoad(after.measures.get(id)))
  if (changed.size === 0 && !load) return []
  const found = new Map(findAround(after, changed, { ...context, load }).map((each) => [each.conflictId, each]))
  const isTouched = (conflict: PlanConflict) =>
    conflict.code === 'OVER_CAPACITY' ? load : conflict.parties.some(({ measureId }) => changed.has(measureId!))
  let earlier: ReadonlySet<string> | undefined
  const wasThere = (conflictId: string): boolean => {
    earlier ??= new Set(findAround(before, changed, { ...context, load }).map((each) => each.conflictId))
    return earlier.has(conflictId)
  }
  const gone = [...after.conflicts.values()].filter(
    (conflict) => isOpen(conflict) && isTouched(conflict) && !found.has(conflict.conflictId),
  )
  return [
    ...gone.flatMap((conflict) => closingEvents(conflict, after, context, agreed)),
    ...[...found.values()].flatMap((each) => findingEvents(each, after.conflicts.get(each.conflictId), { ...context, wasThere })),
  ]
}

/** Measures that are new, gone, or say something else to a rule. */
function changedMeasures(before: Plan, after: Plan): Set<string> {
  const changed = new Set<string>()
  let kept = 0
  for (const measure of after.measures.values()) {
    const earlier = before.measures.get(measure.measureId)
    if (earlier !== undefined) kept++
    if (earlier !== measure && (earlier === undefined || ruleKey(earlier) !== ruleKey(measure))) changed.add(measure.measureId)
  }
  if (kept < before.measures.size) for (const id of before.measures.keys()) if (!after.measures.has(id)) changed.add(id)
  return changed
}

const ruleKey = (measure: PlannedMeasure): string =>
  JSON.stringify([scheduleKey(measure.measure), measure.measure.place, countsAsLoad(measure), measure.agreedSchedule, partyFrom(measure)])

const bearsLoad = (measure: PlannedMeasure | undefined): boolean => measure !== undefined && countsAsLoad(measure)

/** A proposal for a conflict that is gone has become pointless. */
function closingEvents(
  { conflictId, parties, state }: PlanConflict,
  plan: Plan,
  { now }: PlanContext,
  agreed: ReadonlySet<string>,
): PlanEvent[] {
  const verified = state === 'AGREED' || parties.some(({ measureId }) => agreed.has(measureId!))
  const type = verified ? 'samresa.planning.v1.ConflictVerified' : 'samresa.planning.v1.ConflictWithdrawn'
  return [
    ...supersedeProposals(plan, now, (proposal) => proposal.conflictId === conflictId),
    { type, data: { conflictId, parties, occurredAt: now } },
  ]
}

export function supersedeProposals(plan: Plan, now: string, isPointless: (proposal: PlanProposal) => boolean): PlanEvent[] {
  return [...plan.proposals.values()]
    .filter((proposal) => proposal.state === 'OPEN' && isPointless(proposal))
    .map(({ proposalId, conflictId, parties }) => ({
      type: 'samresa.planning.v1.ProposalSuperseded',
      data: { proposalId, conflictId, parties, occurredAt: now },
    }))
}

/** `wasThere` tells whether a conflict was found before the change, too: what had gone away meanwhile comes back as a new one. */
function findingEvents(
  found: Found,
  known: PlanConflict | undefined,
  { now, wasThere }: PlanContext & { wasThere: (conflictId: string) => boolean },
): PlanEvent[] {
  const { conflictId, severity, owner, parties, finding } = found
  const data = { conflictId, severity, owner, parties, finding, occurredAt: now }
  if (known === undefined) return [{ type: 'samresa.planning.v1.ConflictDetected', data }]
  const isSame = saysTheSame(found, known)
  if (isOpen(known)) return isSame ? [] : [{ type: 'samresa.planning.v1.ConflictUpdated', data }]
  return isSettled(found, known) && wasThere(conflictId) ? [] : [{ type: 'samresa.planning.v1.ConflictDetected', data }]
}

/** Accepted as it is, and still the same. A deviation that shows again is a new one: accepting it agreed to the times it had. */
export const isSettled = (found: Found, known: PlanConflict | undefined): boolean =>
  known?.state === 'ACCEPTED_AS_IS' && known.code !== 'PLAN_DEVIATION' && saysTheSame(found, known)

const saysTheSame = (found: Found, known: PlanConflict): boolean =>
  found.severity === known.severity &&
  found.owner === known.owner &&
  isSameJson(found.parties, known.parties) &&
  isSameJson(found.finding, known.finding)
