import { gateway, type planService } from '@samresa/contracts'
import type { GrpcClient } from '@samresa/grpc'
import { RejectionError } from '@samresa/kernel'
import type { Plans } from '../application/read-plan.ts'
import type { Proposals } from '../application/respond-to-proposal.ts'

/** Proposal states by their numbers; one without a word comes from a newer contract and is not open. */
const stateWords: Record<number, gateway.ProposalStateJson> = {
  [gateway.ProposalState.OPEN]: 'PROPOSAL_STATE_OPEN',
  [gateway.ProposalState.ACCEPTED]: 'PROPOSAL_STATE_ACCEPTED',
  [gateway.ProposalState.DECLINED]: 'PROPOSAL_STATE_DECLINED',
  [gateway.ProposalState.SUPERSEDED]: 'PROPOSAL_STATE_SUPERSEDED',
}

/** Plans and proposals as planning answers for them. */
export function plansFromPlanning(client: GrpcClient<typeof planService.PlanService>): Plans & { proposals: Proposals } {
  return {
    get: (participantId) => client.getPlan({ participantId }),
    proposals: {
      find: async (proposalId) => {
        try {
          const { participantId, state, optionIds, answeringAgencies } = await client.findProposal({ proposalId })
          return { participantId, state: stateWords[state] ?? 'PROPOSAL_STATE_UNSPECIFIED', optionIds, answeringAgencies }
        } catch (error) {
          if (error instanceof RejectionError && error.rejection.kind === 'not-found') return undefined
          throw error
        }
      },
    },
  }
}
