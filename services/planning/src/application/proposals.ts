import type { planning } from '@samresa/contracts'
import { type Agency, type BusinessClock, type CallContext, newId, notFound, RejectionError, reject } from '@samresa/kernel'
import { agencyAnswers, type ProposalAnswer, participantAnswers } from '../domain/commands.ts'
import type { Plan } from '../domain/plan.ts'
import type { Region } from '../domain/region.ts'
import type { Plans } from './plans.ts'
import { previewAnswerFor } from './preview-view.ts'
import type { ProposalIndex } from './proposal-index.ts'
import { proposalAnswerFor, proposalsFor } from './proposal-view.ts'
import type { FindReader, Reader } from './readers.ts'

type Call = CallContext & { commandId: string }
type ProposalView = NonNullable<ReturnType<typeof proposalAnswerFor>>

export interface GivenAnswer {
  proposalId: string
  answer: ProposalAnswer
  optionId?: string
  reason?: string
  counter?: planning.PlanChangeJson[]
}

/** What staff and participants do with proposals over REST; every answer is as the caller may see it. They reject with RejectionError. */
export interface Proposals {
  preview(participantId: string, changes: planning.PlanChangeJson[], call: CallContext): Promise<ReturnType<typeof previewAnswerFor>>
  list(participantId: string, call: CallContext): Promise<ProposalView[]>
  send(
    participantId: string,
    proposal: { conflictId: string; options: { label: string; changes: planning.PlanChangeJson[] }[]; reason: string },
    call: Call,
  ): Promise<ProposalView>
  answer(participantId: string, given: GivenAnswer, call: Call): Promise<ProposalView>
}

export interface ProposalsOptions {
  plans: Plans
  index: ProposalIndex
  findReader: FindReader
  region: Region
  businessClock: BusinessClock
}

export function createProposals({ plans, index, findReader, region, businessClock }: ProposalsOptions): Proposals {
  const contextOf = (plan: Plan) => ({ plan, region, now: businessClock.now() })

  function viewOf(reader: Reader, plan: Plan, proposalId: string): ProposalView {
    const proposal = plan.proposals.get(proposalId)
    const seen = proposal === undefined ? undefined : proposalAnswerFor(reader, proposal, contextOf(plan))
    if (seen === undefined) throw new RejectionError(notFound())
    return seen
  }

  return {
    async preview(participantId, changes, call) {
      const reader = await findReader(call.actor, participantId)
      const { plan } = await plans.load(participantId)
      return previewAnswerFor(reader, { ...contextOf(plan), changes, by: call.actor.agency! })
    },

    async list(participantId, call) {
      const reader = await findReader(call.actor, participantId)
      const { plan } = await plans.load(participantId)
      return proposalsFor(reader, contextOf(plan))
    },

    async send(participantId, { conflictId, options, reason }, call) {
      const reader = await findReader(call.actor, participantId)
      const proposalId = newId()
      await index.add(proposalId, participantId)
      const named = options.map((option) => ({ id: newId(), ...option }))
      const { events, plan } = await plans.execute(
        participantId,
        { type: 'SendProposal', proposalId, conflictId, options: named, reason, by: call.actor.agency! },
        call,
      )
      // A repeated call is answered with the proposal that the first one sent.
      const sent = events.find((event) => event.type === 'samresa.planning.v1.ProposalSent')
      return viewOf(reader, plan, sent?.data.proposalId ?? proposalId)
    },

    async answer(participantId, given, call) {
      const reader = await findReader(call.actor, participantId)
      const before = await plans.load(participantId)
      viewOf(reader, before.plan, given.proposalId)
      refuseForeignAnswer(call, given.answer)
      const { plan } = await plans.execute(participantId, { type: 'AnswerProposal', ...given, by: answererOf(call) }, call)
      return viewOf(reader, plan, given.proposalId)
    },
  }
}

const answererOf = ({ actor }: CallContext): Agency | 'PARTICIPANT' => (actor.role === 'participant' ? 'PARTICIPANT' : actor.agency!)

/** Each side has its own words: the participant is heard, agencies decide. */
function refuseForeignAnswer({ actor }: CallContext, answer: ProposalAnswer): void {
  const own: readonly string[] = actor.role === 'participant' ? participantAnswers : agencyAnswers
  if (own.includes(answer)) return
  const detail = `You may answer ${own.join(', ')}.`
  throw new RejectionError(reject('invalid', 'INVALID_FIELD', detail, [{ pointer: '/answer', detail }]))
}
