import type { gateway } from '@samresa/contracts'
import type { Agency, CallContext } from '@samresa/kernel'
import { canonicalMeasure } from '../domain/measure-content.ts'
import type { ContentHash } from './message-content.ts'
import type { ReceiveMessage } from './receive-message.ts'
import type { Directory } from './report-measure.ts'

/** What planning knows of a proposal. */
export interface ProposalFacts {
  participantId: string
  state: gateway.ProposalStateJson
  optionIds: string[]
  /** Who may answer it. */
  answeringAgencies: string[]
}

export interface Proposals {
  find(proposalId: string): Promise<ProposalFacts | undefined>
}

/** An answer as it came in. */
export interface IncomingAnswer {
  agency: Agency
  messageId: string
  proposalId: string
  answer: gateway.AnswerJson
  optionId: string
  reason: string
  counter: gateway.MeasureJson | undefined
  /** Machine clock, RFC 3339. */
  receivedAt: string
}

export interface RespondToProposalDependencies {
  receive: ReceiveMessage
  directory: Directory
  proposals: Proposals
  contentHash: ContentHash
}

/** Takes an agency's answer to a proposal; planning hears it from the commit. A proposal of others looks like none. */
export function createRespondToProposal({ receive, directory, proposals, contentHash }: RespondToProposalDependencies) {
  return async (incoming: IncomingAnswer, context: CallContext): Promise<gateway.ReceiptJson> => {
    const { agency, messageId, proposalId, answer, optionId, reason, receivedAt } = incoming
    const counter = incoming.counter === undefined ? undefined : canonicalMeasure(incoming.counter)
    const message = {
      agency,
      messageId,
      receivedAt,
      contentHash: contentHash([proposalId, answer, optionId, reason, counter]),
    }

    const proposal = await proposals.find(proposalId)
    const facts = proposal?.answeringAgencies.includes(agency) ? await directory.find({ participantId: proposal.participantId }) : undefined
    return receive(message, context, (envelope) =>
      proposal === undefined || facts === undefined || !facts.agencies.includes(agency)
        ? { type: 'RefuseMessage', envelope, code: 'PROPOSAL_NOT_FOUND', field: '/proposalId' }
        : {
            type: 'ReportAnswer',
            envelope,
            participantId: proposal.participantId,
            proposalId,
            answer,
            optionId,
            reason,
            ...(counter === undefined ? {} : { counter }),
            proposal: { state: proposal.state, optionIds: proposal.optionIds },
          },
    )
  }
}
