import type { AccessLog } from '@samresa/access-log'
import type { gateway, planning, planService } from '@samresa/contracts'
import { type BusinessClock, type CallContext, notFound, RejectionError } from '@samresa/kernel'
import { type AccessFacts, conflictFor, measureFor, proposalFor, relationOf } from '@samresa/visibility'
import type { Directory } from './report-measure.ts'

/** The plan as planning holds it, whole: its measures, and the conflicts and proposals that are open. */
export interface Plans {
  get(participantId: string): Promise<planService.GetPlanResponse>
}

export interface ReadPlanDependencies {
  directory: Directory
  plans: Plans
  accessLog: AccessLog
  businessClock: BusinessClock
}

const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The plan as the caller's agency may see it; unknown and forbidden look the same. The access is on record before the answer. */
export function createReadPlan({ directory, plans, accessLog, businessClock }: ReadPlanDependencies) {
  return async (participantId: string, context: CallContext, route: string) => {
    const { actor, purpose, correlationId } = context
    const record = (decision: 'ALLOWED' | 'DENIED') => accessLog.record({ participantId, actor, route, purpose, decision, correlationId })
    if (!idForm.test(participantId)) throw new RejectionError(notFound())
    const facts = await directory.find({ participantId })
    if (facts === undefined || relationOf(actor, facts) === 'none') {
      await record('DENIED')
      throw new RejectionError(notFound())
    }
    const plan = await plans.get(participantId)
    await record('ALLOWED')
    return planFor(context, facts, plan, businessClock.today().toString())
  }
}

function planFor({ actor }: CallContext, facts: AccessFacts, plan: planService.GetPlanResponse, today: string) {
  const measures = new Map(plan.measures.map(({ measureId, measure }) => [measureId, measure]))
  return {
    measures: plan.measures.flatMap(({ measureId, owner, state, measure }) => {
      const { ref, version, title, areas, place, weekly, from, to } = measure!
      const shown = measureFor(actor, facts, { measureId, ref, owner, version, state, title, areas, place, weekly, from, to }, today)
      return shown === undefined ? [] : [shown]
    }),
    conflicts: plan.conflicts.flatMap(({ conflictId, state, parties, finding, explanation, untilDecided }) => {
      const measureIds = parties.map((party) => party.measureId)
      const conflict = {
        conflictId,
        code: finding?.code ?? '',
        parties,
        measureIds,
        explanation,
        untilDecided,
        ...(finding && { finding }),
      }
      const shown = conflictFor(actor, facts, conflict, today)
      if (shown === undefined) return []
      const told = typeof shown.untilDecided === 'string' ? { untilDecided: shown.untilDecided } : {}
      return [
        {
          conflictId,
          state,
          code: conflict.code,
          measureIds: shown.measureIds ?? [],
          explanation: String(shown.explanation ?? ''),
          ...told,
        },
      ]
    }),
    proposals: plan.proposals.flatMap(({ proposalId, conflictId, state, parties, options }) => {
      const shown = proposalFor(actor, facts, { parties, options: options.map((option) => optionFrom(option, measures)) }, today)
      return shown === undefined ? [] : [{ proposalId, conflictId, state, options: shown.options }]
    }),
  }
}

/** An option with the schedules as they would be. Planning replaces what a change mentions; here the rest is told with it. */
const optionFrom = (
  { id, label, changes }: planService.CurrentProposal['options'][number],
  measures: ReadonlyMap<string, gateway.Measure | undefined>,
) => ({
  optionId: id,
  label,
  changes: changes.map((change) => ({ measureId: change.measureId, ...scheduleAfter(change, measures.get(change.measureId)) })),
})

/** A new measure brings its own times, and one that is taken away has none. */
function scheduleAfter({ measure, remove, openEnded, ...times }: planning.PlanChange, current: gateway.Measure | undefined) {
  if (remove) return { weekly: [], from: '', to: '', remove }
  const { weekly, from, to } = measure ?? times
  return {
    weekly: weekly.length > 0 ? weekly : (current?.weekly ?? []),
    from: from || (current?.from ?? ''),
    to: openEnded ? '' : to || (current?.to ?? ''),
    remove,
  }
}
