import { RejectionError } from '@samresa/kernel'
import { proposalFor } from '@samresa/visibility'
import type { Plan, PlanProposal } from '../domain/plan.ts'
import type { Region } from '../domain/region.ts'
import { previewAnswerFor } from './preview-view.ts'
import type { Reader } from './readers.ts'

export interface ProposalContext {
  plan: Plan
  region: Region
  now: Temporal.Instant
}

/** Every proposal that the reader may know of, the newest first. */
export const proposalsFor = (reader: Reader, context: ProposalContext) =>
  [...context.plan.proposals.values()].toReversed().flatMap((proposal) => proposalAnswerFor(reader, proposal, context) ?? [])

/** A proposal as the reader may see it, each option with what it would leave as long as it can still be chosen. */
export function proposalAnswerFor(reader: Reader, proposal: PlanProposal, context: ProposalContext) {
  const whole = {
    id: proposal.proposalId,
    conflictId: proposal.conflictId,
    state: proposal.state,
    reason: proposal.reason,
    by: proposal.by,
    parties: proposal.parties,
    sentAt: proposal.sentAt,
    options: proposal.options.map(({ id, label, changes, accepters }) => ({
      id,
      label,
      changes,
      accepters,
      ...(proposal.state === 'OPEN' && previewOf(reader, proposal, { ...context, changes })),
    })),
    answers: proposal.answers.map(({ counter, ...answer }) => ({ ...answer, ...(counter !== undefined && { changes: counter }) })),
    ...(proposal.acceptedOptionId !== undefined && { acceptedOptionId: proposal.acceptedOptionId }),
  }
  return proposalFor(reader.actor, reader.facts, whole, reader.today)
}

/** The plan may have moved on so that an option no longer fits it; it then has no preview. */
function previewOf(
  reader: Reader,
  { by }: PlanProposal,
  request: ProposalContext & { changes: PlanProposal['options'][number]['changes'] },
) {
  try {
    return { preview: previewAnswerFor(reader, { ...request, by }) }
  } catch (error) {
    if (error instanceof RejectionError) return {}
    throw error
  }
}
