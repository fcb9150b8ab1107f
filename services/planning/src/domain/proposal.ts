import type { planning } from '@samresa/contracts'
import { type Agency, speakerOf } from '@samresa/kernel'
import type { PlanOption, PlanProposal } from './plan.ts'

/** Who is concerned when an option's accepters are worked out. */
export interface Concerned {
  /** Of the conflict and of every change. */
  parties: readonly planning.PartyJson[]
  conflictParties: readonly planning.PartyJson[]
  proposer: Agency
}

/**
 * The agencies that must all accept an option: those whose measures it changes, without the proposer; when that leaves nobody, those whose
 * measures the conflict is about; and the proposer alone when nobody else is concerned.
 */
export function acceptersOf(changes: readonly planning.PlanChangeJson[], { parties, conflictParties, proposer }: Concerned): Agency[] {
  const named = namedMeasures(changes)
  const owners = speakersOf(
    parties.filter(({ measureId }) => named.has(measureId ?? '')),
    proposer,
  )
  if (owners.length > 0) return owners
  const others = speakersOf(conflictParties, proposer)
  return others.length > 0 ? others : [proposer]
}

const speakersOf = (parties: readonly planning.PartyJson[], without: Agency): Agency[] =>
  [...new Set(parties.map(({ owner }) => speakerOf(owner as Agency)))].filter((agency) => agency !== without).sort()

/** The measures of the plan that changes name. */
export const namedMeasures = (changes: readonly planning.PlanChangeJson[]): Set<string> =>
  new Set(changes.flatMap(({ measureId }) => (measureId ? [measureId] : [])))

/** Who may answer a proposal, besides the participant. */
export const answeringAgencies = (proposal: PlanProposal): Agency[] =>
  [...new Set(proposal.options.flatMap((option) => option.accepters))].sort()

/**
 * Where an agency stands to an option after all it has said; what names no option is about all of them. Who offers something else no longer
 * accepts; what it has declined stays declined.
 */
function answerOf(proposal: PlanProposal, option: PlanOption, agency: Agency): 'ACCEPT' | 'DECLINE' | undefined {
  let stand: 'ACCEPT' | 'DECLINE' | undefined
  for (const { by, answer, optionId } of proposal.answers) {
    if (by !== agency || (optionId !== undefined && optionId !== option.id)) continue
    if (answer === 'ACCEPT' || answer === 'DECLINE') stand = answer
    else if (answer === 'COUNTER' && stand === 'ACCEPT') stand = undefined
  }
  return stand
}

/** The first option that every agency it needs has accepted. */
export const acceptedOption = (proposal: PlanProposal): PlanOption | undefined =>
  proposal.options.find((option) => option.accepters.every((agency) => answerOf(proposal, option, agency) === 'ACCEPT'))

/** True when each option has been declined by an agency it needs. */
export const isDeclined = (proposal: PlanProposal): boolean =>
  proposal.options.every((option) => option.accepters.some((agency) => answerOf(proposal, option, agency) === 'DECLINE'))
