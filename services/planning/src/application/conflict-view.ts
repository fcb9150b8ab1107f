import { conflictFor, proposalFor } from '@samresa/visibility'
import { explain, nextStep, ownerInWords } from '../domain/explanation.ts'
import { expandOccurrences, expandWeeks } from '../domain/occurrences.ts'
import type { Plan, PlanConflict } from '../domain/plan.ts'
import { isOpen } from '../domain/recheck.ts'
import type { Region } from '../domain/region.ts'
import type { ConflictEvidence } from './conflict-evidence.ts'
import type { Reader } from './readers.ts'

export interface ConflictContext {
  plan: Plan
  region: Region
  evidence: ReadonlyMap<string, ConflictEvidence>
}

/** Every conflict that the reader may know of, open ones first, then the newest. */
export function conflictsFor(reader: Reader, { plan, region, evidence }: ConflictContext) {
  const conflicts = [...plan.conflicts.values()].toSorted(byOpenThenNewest)
  return conflicts.flatMap((conflict) => conflictAnswerFor(reader, conflict, { plan, region, evidence }) ?? [])
}

const byOpenThenNewest = (a: PlanConflict, b: PlanConflict): number =>
  Number(isOpen(b)) - Number(isOpen(a)) || (a.detectedAt < b.detectedAt ? 1 : a.detectedAt > b.detectedAt ? -1 : 0)

/** One conflict as the reader may see it; undefined when the reader may not know of it. */
export function conflictAnswerFor({ actor, facts, today }: Reader, conflict: PlanConflict, { plan, region, evidence }: ConflictContext) {
  const proof = evidence.get(conflict.conflictId)
  const proposalsSeen = [...plan.proposals.values()].filter(
    ({ conflictId, parties, by }) => conflictId === conflict.conflictId && proposalFor(actor, facts, { parties, by }, today) !== undefined,
  )
  const whole = {
    id: conflict.conflictId,
    code: conflict.code,
    severity: conflict.severity,
    state: conflict.state,
    owner: { agency: conflict.owner, text: { sv: ownerInWords(conflict.owner) } },
    nextStep: { sv: nextStep(conflict, proposalsSeen) },
    parties: conflict.parties,
    measures: conflict.parties.map(({ measureId = '' }) => measureId),
    ...foundDates(conflict),
    explanation: { sv: explain(conflict, plan, region) },
    ...untilDecidedOf(conflict),
    detectedAt: conflict.detectedAt,
    ...(proof?.closed !== undefined && { closed: proof.closed }),
    correlationId: proof?.correlationId ?? '',
  }
  return conflictFor(actor, facts, whole, today)
}

/** A measure that the conflict is no longer about is not named: who sees the conflict may not see that one. */
function untilDecidedOf({ untilDecided, parties }: PlanConflict) {
  if (untilDecided === undefined) return {}
  const { attend, ...told } = untilDecided
  const isParty = parties.some(({ measureId }) => measureId === attend)
  return { untilDecided: attend !== undefined && isParty ? { ...told, attend } : told }
}

/** Pair rules have dates, the load rule has weeks, a deviation has neither. */
function foundDates({ code, finding }: PlanConflict) {
  if (code === 'OVER_CAPACITY') return { weeks: expandWeeks(finding.weeks ?? []) }
  return code === 'PLAN_DEVIATION' ? {} : { occurrences: expandOccurrences(finding.occurrences ?? []) }
}
