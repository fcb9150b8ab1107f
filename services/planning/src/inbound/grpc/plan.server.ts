import { fromJson, type JsonValue } from '@bufbuild/protobuf'
import { planService } from '@samresa/contracts'
import type { Directory } from '@samresa/directory'
import type { LocalServices } from '@samresa/grpc'
import { notFound, RejectionError } from '@samresa/kernel'
import type { Plans } from '../../application/plans.ts'
import type { ProposalIndex } from '../../application/proposal-index.ts'
import { explain } from '../../domain/explanation.ts'
import type { Plan, PlanConflict, PlannedMeasure, PlanProposal } from '../../domain/plan.ts'
import { answeringAgencies } from '../../domain/proposal.ts'
import { isOpen } from '../../domain/recheck.ts'
import type { Region } from '../../domain/region.ts'

export interface PlanServerOptions {
  inner: Pick<LocalServices, 'serve'>
  plans: Plans
  proposals: ProposalIndex
  directory: Directory
  region: Region
}

/** Answers the other services' questions about plans: whole, since they decide at delivery who sees what. */
export function servePlans({ inner, plans, proposals, directory, region }: PlanServerOptions): void {
  inner.serve(planService.PlanService, {
    async getPlan({ participantId }) {
      const { plan } = await plans.load(participantId)
      // A participant without a plan yet is somebody; a plan proves it, so that journey is asked for newcomers only.
      if (!plan.opened && (await directory.find({ participantId })) === undefined) throw new RejectionError(notFound())
      return fromJson(planService.GetPlanResponseSchema, {
        measures: [...plan.measures.values()].map(measureJson),
        conflicts: [...plan.conflicts.values()].filter(isOpen).map((conflict) => conflictJson(conflict, plan, region)),
        proposals: [...plan.proposals.values()].filter(({ state }) => state === 'OPEN').map(proposalJson),
      } as JsonValue)
    },
    async findProposal({ proposalId }) {
      const participantId = await proposals.find(proposalId)
      const proposal = participantId === undefined ? undefined : (await plans.load(participantId)).plan.proposals.get(proposalId)
      if (proposal === undefined) throw new RejectionError(notFound())
      return fromJson(planService.FindProposalResponseSchema, {
        participantId: participantId!,
        conflictId: proposal.conflictId,
        state: `PROPOSAL_STATE_${proposal.state}`,
        parties: proposal.parties,
        optionIds: proposal.options.map(({ id }) => id),
        answeringAgencies: answeringAgencies(proposal),
      } as JsonValue)
    },
  })
}

const measureJson = ({ measureId, owner, measure, version, state }: PlannedMeasure) => ({
  measureId,
  owner,
  measure: { ...measure, version },
  state: `MEASURE_STATE_${state}`,
})

const conflictJson = (conflict: PlanConflict, plan: Plan, region: Region) => ({
  conflictId: conflict.conflictId,
  severity: conflict.severity,
  state: `CONFLICT_STATE_${conflict.state}`,
  owner: conflict.owner,
  parties: conflict.parties,
  finding: conflict.finding,
  untilDecided: conflict.untilDecided?.text ?? '',
  explanation: explain(conflict, plan, region),
})

const proposalJson = ({ proposalId, conflictId, state, parties, options }: PlanProposal) => ({
  proposalId,
  conflictId,
  state: `PROPOSAL_STATE_${state}`,
  parties,
  options: options.map(({ id, label, changes }) => ({ id, label, changes })),
})
