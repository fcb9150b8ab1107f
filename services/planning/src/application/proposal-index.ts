import type { DocumentStore } from '@samresa/store'

const collection = 'proposal-index'

/** Whose proposal it is: agencies answer by the proposal's id alone. */
export interface ProposalIndex {
  /** Written before the proposal itself; one that never came to be is told apart by loading the plan. */
  add(proposalId: string, participantId: string): Promise<void>
  find(proposalId: string): Promise<string | undefined>
}

export function createProposalIndex(documents: DocumentStore): ProposalIndex {
  return {
    async add(proposalId, participantId) {
      await documents.write([{ op: 'put', collection, document: { id: proposalId, body: participantId } }], 'durable')
    },
    find: (proposalId) => documents.get<string>(collection, proposalId),
  }
}
