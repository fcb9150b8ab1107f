import type { gateway, planning } from '@samresa/contracts'
import type { Agency } from '@samresa/kernel'
import type { ProposalAnswer } from './commands.ts'
import type { EarlierSchedule, Plan, PlanConflict, PlanEvent, PlannedMeasure, ProposalState, Severity } from './plan.ts'
import { acceptersOf } from './proposal.ts'
import { scheduleKey } from './schedule.ts'

/** What a plan is after one more event. Texts may be missing where their key has been erased. */
export function evolve(plan: Plan, event: PlanEvent): Plan {
  switch (event.type) {
    case 'samresa.planning.v1.PlanOpened':
      return { ...plan, opened: true, capacity: event.data.capacity ?? [] }
    case 'samresa.planning.v1.MeasureAdded': {
      const { measure = {}, agreed = false } = event.data
      return withMeasure(plan, { ...recorded(plan, event.data), agreed, agreedSchedule: scheduleKey(measure) })
    }
    case 'samresa.planning.v1.AgencyMeasureRecorded':
      return withMeasure(plan, { ...recorded(plan, event.data), reported: true })
    case 'samresa.planning.v1.MeasureChanged':
      return withMeasure(plan, changed(plan, event.data))
    case 'samresa.planning.v1.MeasureRemoved':
      return { ...plan, measures: plan.measures.without(event.data.measureId!) }
    case 'samresa.planning.v1.ConflictDetected':
      return withConflict(plan, { ...foundIn(event.data), state: 'DETECTED', detectedAt: event.data.occurredAt! })
    case 'samresa.planning.v1.ConflictUpdated':
      return changeConflict(plan, event.data.conflictId, () => foundIn(event.data))
    case 'samresa.planning.v1.ConflictAcknowledged':
      return changeConflict(plan, event.data.conflictId, () => ({ state: 'ACKNOWLEDGED' }))
    case 'samresa.planning.v1.UntilDecidedSet': {
      const { text = '', attend, nothingToDo = false, by, occurredAt } = event.data
      const untilDecided = { text, nothingToDo, by: by as Agency, at: occurredAt!, ...(attend ? { attend } : {}) }
      return changeConflict(plan, event.data.conflictId, () => ({ untilDecided }))
    }
    case 'samresa.planning.v1.ProposalSent':
      return changeConflict(withProposal(plan, event.data), event.data.conflictId, () => ({ state: 'PROPOSED' }))
    case 'samresa.planning.v1.ProposalAnswered':
      return answered(plan, event.data)
    case 'samresa.planning.v1.ProposalAccepted':
      return closeProposal(plan, event.data.proposalId, 'ACCEPTED', event.data.optionId)
    case 'samresa.planning.v1.ProposalDeclined':
      return backToAcknowledged(closeProposal(plan, event.data.proposalId, 'DECLINED'), event.data.conflictId)
    case 'samresa.planning.v1.ProposalSuperseded':
      return backToAcknowledged(closeProposal(plan, event.data.proposalId, 'SUPERSEDED'), event.data.conflictId)
    case 'samresa.planning.v1.ConflictAgreed': {
      const { proposalId = '', optionId = '' } = event.data
      return changeConflict(plan, event.data.conflictId, () => ({ state: 'AGREED', proposalId, optionId }))
    }
    case 'samresa.planning.v1.ConflictAcceptedAsIs': {
      const { conflictId, reason = '', occurredAt } = event.data
      const closed = changeConflict(plan, conflictId, () => ({ state: 'ACCEPTED_AS_IS', reason, closedAt: occurredAt! }))
      return agreeToDeviation(closed, conflictId)
    }
    case 'samresa.planning.v1.ConflictVerified':
      return changeConflict(plan, event.data.conflictId, () => ({ state: 'VERIFIED', closedAt: event.data.occurredAt! }))
    case 'samresa.planning.v1.ConflictWithdrawn':
      return changeConflict(plan, event.data.conflictId, () => ({ state: 'WITHDRAWN', closedAt: event.data.occurredAt! }))
    default:
      return plan
  }
}

interface MeasureFacts {
  measureId?: string
  owner?: string
  measure?: gateway.MeasureJson
  incomplete?: string[]
  occurredAt?: string
}

/** A measure as just told; what the plan agreed to before stays agreed. */
function recorded(plan: Plan, { measureId = '', owner = '', measure = {}, incomplete = [], occurredAt = '' }: MeasureFacts): Draft {
  const earlier = plan.measures.get(measureId)
  return {
    measureId,
    owner: owner as Agency,
    measure,
    version: measure.version ?? '1',
    order: earlier?.order ?? plan.added,
    incomplete,
    history: earlier === undefined ? [] : historyAfter(earlier, measure),
    agreed: earlier?.agreed ?? owner === 'AME',
    reported: earlier?.reported ?? false,
    recordedAt: occurredAt,
    ...(earlier?.agreedSchedule === undefined ? {} : { agreedSchedule: earlier.agreedSchedule }),
  }
}

/** A measure before its state is known. */
type Draft = Omit<PlannedMeasure, 'state'>

/** An accepted option agrees to the new times; AME's own edit keeps an agreed measure agreed, and does not agree to a deviating one. */
function changed(plan: Plan, data: planning.MeasureChangedJson): Draft {
  const measure = recorded(plan, data)
  const earlier = plan.measures.get(measure.measureId)
  const isAccepted = data.proposalId !== undefined && data.proposalId !== ''
  const wasAgreed = earlier !== undefined && earlier.agreedSchedule === scheduleKey(earlier.measure)
  const agreedSchedule = isAccepted || wasAgreed ? scheduleKey(measure.measure) : measure.agreedSchedule
  return { ...measure, agreed: isAccepted || measure.agreed, ...(agreedSchedule === undefined ? {} : { agreedSchedule }) }
}

function historyAfter(earlier: PlannedMeasure, measure: gateway.MeasureJson): EarlierSchedule[] {
  if (scheduleKey(earlier.measure) === scheduleKey(measure)) return earlier.history
  const { weekly = [], from = '', to, hoursPerWeek } = earlier.measure
  const times = {
    weekly,
    from,
    ...(to === undefined ? {} : { to }),
    ...(hoursPerWeek === undefined ? {} : { hoursPerWeek: Number(hoursPerWeek) }),
  }
  return [...earlier.history, { version: earlier.version, ...times, recordedAt: earlier.recordedAt }]
}

function withMeasure(plan: Plan, draft: Draft): Plan {
  const isAgreed = draft.agreed && (draft.owner === 'AME' || draft.agreedSchedule === scheduleKey(draft.measure))
  const measure: PlannedMeasure = { ...draft, state: isAgreed ? 'AGREED' : 'REPORTED' }
  return { ...plan, measures: plan.measures.with(measure.measureId, measure), added: Math.max(plan.added, measure.order + 1) }
}

function foundIn(data: planning.ConflictDetectedJson) {
  const { conflictId = '', severity, owner, parties = [], finding = {} } = data
  return {
    conflictId,
    code: finding.code as PlanConflict['code'],
    severity: severity as Severity,
    owner: owner as Agency,
    parties,
    finding,
  }
}

const withConflict = (plan: Plan, conflict: PlanConflict): Plan => ({
  ...plan,
  conflicts: plan.conflicts.with(conflict.conflictId, conflict),
})

function changeConflict(plan: Plan, conflictId: string | undefined, change: (conflict: PlanConflict) => Partial<PlanConflict>): Plan {
  const conflict = plan.conflicts.get(conflictId ?? '')
  return conflict === undefined ? plan : withConflict(plan, { ...conflict, ...change(conflict) })
}

/** Without its proposal, a conflict that waited for an answer has been seen and waits for a new one. */
const backToAcknowledged = (plan: Plan, conflictId: string | undefined): Plan =>
  changeConflict(plan, conflictId, ({ state }) => (state === 'PROPOSED' ? { state: 'ACKNOWLEDGED' } : {}))

/** Accepting a deviation as it is agrees to the measure and its times. */
function agreeToDeviation(plan: Plan, conflictId: string | undefined): Plan {
  const conflict = plan.conflicts.get(conflictId ?? '')
  const measure = conflict?.code === 'PLAN_DEVIATION' ? plan.measures.get(conflict.parties[0]?.measureId ?? '') : undefined
  return measure === undefined ? plan : withMeasure(plan, { ...measure, agreed: true, agreedSchedule: scheduleKey(measure.measure) })
}

function withProposal(plan: Plan, data: planning.ProposalSentJson): Plan {
  const { proposalId = '', conflictId = '', parties = [], reason = '', by, occurredAt = '' } = data
  const proposer = by as Agency
  const conflictParties = plan.conflicts.get(conflictId)?.parties ?? []
  const options = (data.options ?? []).map(({ id = '', label = '', changes = [] }) => ({
    id,
    label,
    changes,
    accepters: acceptersOf(changes, { parties, conflictParties, proposer }),
  }))
  const proposal = {
    proposalId,
    conflictId,
    state: 'OPEN' as const,
    parties,
    options,
    reason,
    by: proposer,
    sentAt: occurredAt,
    answers: [],
  }
  return { ...plan, proposals: plan.proposals.with(proposalId, proposal) }
}

function answered(plan: Plan, data: planning.ProposalAnsweredJson): Plan {
  const proposal = plan.proposals.get(data.proposalId ?? '')
  if (proposal === undefined) return plan
  const { by, answer, optionId, reason, counter, occurredAt = '' } = data
  const given = {
    by: by as Agency | 'PARTICIPANT',
    answer: answer as ProposalAnswer,
    at: occurredAt,
    ...(optionId ? { optionId } : {}),
    ...(reason ? { reason } : {}),
    ...(counter === undefined ? {} : { counter }),
  }
  return { ...plan, proposals: plan.proposals.with(proposal.proposalId, { ...proposal, answers: [...proposal.answers, given] }) }
}

function closeProposal(plan: Plan, proposalId: string | undefined, state: ProposalState, acceptedOptionId?: string): Plan {
  const proposal = plan.proposals.get(proposalId ?? '')
  if (proposal === undefined) return plan
  const closed = { ...proposal, state, ...(acceptedOptionId === undefined ? {} : { acceptedOptionId }) }
  return { ...plan, proposals: plan.proposals.with(proposal.proposalId, closed) }
}
