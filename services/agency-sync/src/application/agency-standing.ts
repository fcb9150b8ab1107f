import type { Actor, Agency } from '@samresa/kernel'
import type { AccessFacts } from '@samresa/visibility'

/** Agencies without a system of their own here: AME's staff report for them, about every participant. */
const reportedByStaff: readonly Agency[] = ['AME', 'VUX', 'REGION', 'SOC', 'CIVIL']

/** True when the actor may tell what `agency` has decided about this participant. */
export function mayReport(actor: Actor, agency: Agency, facts: AccessFacts): boolean {
  if (actor.role !== 'caseworker') return actor.agency === agency && facts.agencies.includes(agency)
  return facts.caseworkers.includes(actor.user) && (facts.agencies.includes(agency) || reportedByStaff.includes(agency))
}
