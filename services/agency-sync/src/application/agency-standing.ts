import { type Actor, type Agency, speakerOf } from '@samresa/kernel'
import type { AccessFacts } from '@samresa/visibility'

/**
 * True when the actor may tell what `agency` has decided about this participant. The municipality's staff may for all participants of
 * theirs when it answers for the agency, which has no system of its own here.
 */
export function mayReport(actor: Actor, agency: Agency, facts: AccessFacts): boolean {
  if (actor.role !== 'caseworker') return actor.agency === agency && facts.agencies.includes(agency)
  return facts.caseworkers.includes(actor.user) && (facts.agencies.includes(agency) || speakerOf(agency) === 'AME')
}
