import type { Actor } from '@samresa/kernel'
import type { AccessFacts, Party } from './facts.ts'
import { type FindingView, maskedExplanation, maskedFinding, tellsDistance, weeksWithoutFigures } from './finding.ts'
import { hidesPlace, seesCapacity, viewOfParties } from './party.ts'

/** A finding of a preview: the measures by id. */
export interface PreviewFinding extends FindingView {
  measures: string[]
  explanation?: unknown
}

/** What a change would leave, as planning computes it over everything recorded. */
export interface PreviewView {
  caused: PreviewFinding[]
  cured: string[]
  remaining: PreviewFinding[]
  hoursPerWeek: { week: string; hours?: number; capacity?: number }[]
  sessionsLost: { measureId: string; sessions: number }[]
}

/** Where a preview's ids are looked up; unknown ones count as somebody else's. */
export interface PlanLookup {
  party(measureId: string): Party | undefined
  conflictParties(conflictId: string): readonly Party[] | undefined
}

/** The preview as the actor may see it: findings masked or left out, capacity only where it may be seen. */
export function previewFor(
  actor: Actor,
  facts: AccessFacts,
  preview: PreviewView,
  { lookup, today }: { lookup: PlanLookup; today: string },
) {
  const partyOf = (measureId: string): Party => lookup.party(measureId) ?? { measureId, owner: '' }
  const capacity = seesCapacity(actor, facts, today)
  const findings = (found: PreviewFinding[]): PreviewFinding[] =>
    found.flatMap((finding) => {
      const { view, whole } = viewOfParties(actor, facts, finding.measures.map(partyOf), today)
      if (view === 'hidden') return []
      const text = (explanation: unknown) => {
        const words = maskedExplanation(finding.code)
        return typeof explanation === 'string' ? words : { sv: words }
      }
      if (view === 'masked') return [{ ...maskedFinding(finding), measures: whole, explanation: text(finding.explanation) }]
      if (hidesPlace(actor, facts) && tellsDistance(finding.code)) return [{ ...finding, explanation: text(finding.explanation) }]
      if (capacity || finding.weeks === undefined) return [finding]
      return [{ ...finding, weeks: weeksWithoutFigures(finding.weeks), explanation: text(finding.explanation) }]
    })
  const isSeen = (parties: readonly Party[] | undefined) =>
    parties !== undefined && viewOfParties(actor, facts, parties, today).view !== 'hidden'
  return {
    caused: findings(preview.caused),
    cured: preview.cured.filter((conflictId) => isSeen(lookup.conflictParties(conflictId))),
    remaining: findings(preview.remaining),
    hoursPerWeek: capacity ? preview.hoursPerWeek : preview.hoursPerWeek.map(({ capacity: _capacity, ...week }) => week),
    sessionsLost: preview.sessionsLost.filter(({ measureId }) => isSeen([partyOf(measureId)])),
  }
}
