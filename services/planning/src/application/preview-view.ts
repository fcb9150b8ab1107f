import type { planning } from '@samresa/contracts'
import { type Agency, RejectionError, timestamp } from '@samresa/kernel'
import { previewFor } from '@samresa/visibility'
import { explain } from '../domain/explanation.ts'
import { type Found, partyFrom } from '../domain/findings.ts'
import { expandOccurrences, expandWeeks } from '../domain/occurrences.ts'
import type { Plan } from '../domain/plan.ts'
import { preview } from '../domain/preview.ts'
import type { Region } from '../domain/region.ts'
import type { Reader } from './readers.ts'

export interface PreviewRequest {
  plan: Plan
  region: Region
  changes: planning.PlanChangeJson[]
  /** The agency that would propose. */
  by: Agency
  now: Temporal.Instant
}

/** What the changes would leave, as the reader may see it. Rejects with RejectionError when a change is faulty. */
export function previewAnswerFor(reader: Reader, { plan, region, changes, by, now }: PreviewRequest) {
  const { actor, facts, today } = reader
  const made = preview(plan, changes, { participantId: facts.participantId, region, now: timestamp(now), today, by })
  if ('rejection' in made) throw new RejectionError(made.rejection)
  const after = made.preview.plan
  const shown = (found: Found) => ({
    code: found.code,
    measures: found.parties.map(({ measureId = '' }) => measureId),
    ...(found.code === 'OVER_CAPACITY' && { weeks: expandWeeks(found.finding.weeks ?? []) }),
    ...((found.code === 'TIME_OVERLAP' || found.code === 'TRAVEL_TIME') && {
      occurrences: expandOccurrences(found.finding.occurrences ?? []),
    }),
    explanation: { sv: explain(found, after, region) },
  })
  const lookup = {
    party: (measureId: string) => {
      const measure = after.measures.get(measureId) ?? plan.measures.get(measureId)
      return measure === undefined ? undefined : partyFrom(measure)
    },
    conflictParties: (conflictId: string) => plan.conflicts.get(conflictId)?.parties,
  }
  const { caused, cured, remaining, hoursPerWeek, sessionsLost } = made.preview
  const whole = { caused: caused.map(shown), cured, remaining: remaining.map(shown), hoursPerWeek, sessionsLost }
  return previewFor(actor, facts, whole, { lookup, today })
}
