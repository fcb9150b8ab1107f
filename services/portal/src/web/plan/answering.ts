import type { Conflict, Me, PlanMeasure, Proposal } from '../api/model.ts'

/** The measures that an agency may offer other times for when it answers: its own, those that the proposal or its conflict is about first. */
export function counterMeasures(
  agency: string | undefined,
  measures: PlanMeasure[],
  proposal: Pick<Proposal, 'options'>,
  conflict: Pick<Conflict, 'measures'> | undefined,
): PlanMeasure[] {
  const named = new Set([
    ...proposal.options.flatMap(({ changes }) => changes.map(({ measureId }) => measureId)),
    ...(conflict?.measures ?? []),
  ])
  const own = measures.filter(({ owner, masked, measureId }) => owner === agency && masked !== true && measureId !== undefined)
  return [...own.filter(({ measureId }) => named.has(measureId)), ...own.filter(({ measureId }) => !named.has(measureId))]
}

/** True for an officer, and for a caseworker where nobody but the own agency has to accept an option. */
export function decidesOption({ role, agency }: Pick<Me, 'agency'> & { role: string }, accepters: string[] | undefined): boolean {
  if (role === 'officer') return true
  return role === 'caseworker' && accepters?.length === 1 && accepters[0] === agency
}
