import type { planning } from '@samresa/contracts'
import { type Decision, measureIdFrom, notFound, type Rejection, reject } from '@samresa/kernel'
import { eventsFromChanges, planAfter, refusalOfChanges } from './changes.ts'
import { type AnswerProposal, agencyAnswers, type PlanContext, participantAnswers, type SendProposal } from './commands.ts'
import { conflictClosed, invalid, refuseText } from './conflict-decisions.ts'
import { evolve } from './evolve.ts'
import { partyFrom } from './findings.ts'
import type { Plan, PlanEvent, PlanOption, PlanProposal } from './plan.ts'
import { acceptedOption, answeringAgencies, isDeclined, namedMeasures } from './proposal.ts'
import { isOpen, recheck, supersedeProposals } from './recheck.ts'

type InContext<Command> = Command & { context: PlanContext }

const mostOptions = 5
const mostChanges = 20

/** AME proposes alternatives for a conflict; an open proposal for it gives way. */
export function sendProposal(command: InContext<SendProposal>, plan: Plan): Decision<PlanEvent> {
  const { proposalId, conflictId, options, reason, by, context } = command
  const conflict = plan.conflicts.get(conflictId)
  if (conflict === undefined) return { rejection: notFound() }
  if (!isOpen(conflict)) return { rejection: conflictClosed() }
  const faulty = refuseText(reason, '/reason') ?? refuseOptions(command, plan)
  if (faulty !== undefined) return { rejection: faulty }
  const parties = new Map(conflict.parties.map((party) => [party.measureId, party]))
  for (const change of options.flatMap(({ changes }) => changes)) {
    const party = partyOfChange(plan, change, command)
    if (!parties.has(party.measureId)) parties.set(party.measureId, party)
  }
  const superseded = supersedeProposals(plan, context.now, (proposal) => proposal.conflictId === conflictId)
  const data = { proposalId, conflictId, parties: [...parties.values()], options, reason, by, occurredAt: context.now }
  return { events: [...superseded, { type: 'samresa.planning.v1.ProposalSent', data }] }
}

function refuseOptions({ options, by, context }: InContext<SendProposal>, plan: Plan): Rejection | undefined {
  if (options.length === 0 || options.length > mostOptions) return invalid('/options', `A proposal has 1 to ${mostOptions} options.`)
  for (const [index, { label, changes }] of options.entries()) {
    const pointer = `/options/${index}/changes`
    const faulty = refuseText(label, `/options/${index}/label`)
    if (faulty !== undefined) return faulty
    if (changes.length === 0 || changes.length > mostChanges) return invalid(pointer, `An option has 1 to ${mostChanges} changes.`)
    const refused = refusalOfChanges(plan, changes, { ...context, by, pointer })
    if (refused !== undefined) return refused
  }
  return undefined
}

const partyOfChange = (
  plan: Plan,
  { measureId, measure = {} }: planning.PlanChangeJson,
  { by, context }: InContext<SendProposal>,
): planning.PartyJson =>
  partyFrom(
    plan.measures.get(measureId ?? '') ?? { measureId: measureIdFrom(context.participantId, by, measure.ref ?? ''), owner: by, measure },
  )

/** Agencies decide; the participant is heard. Whoever is not asked learns nothing of the proposal. */
export function answerProposal(asked: InContext<AnswerProposal>, plan: Plan): Decision<PlanEvent> {
  const command = asked.received === true && refuseCounter(asked, plan) !== undefined ? withoutCounter(asked) : asked
  const { proposalId, by } = command
  const proposal = plan.proposals.get(proposalId)
  if (proposal === undefined || (by !== 'PARTICIPANT' && !answeringAgencies(proposal).includes(by))) {
    return { rejection: notAsked() }
  }
  const rejection = refuseAnswer(command, proposal, plan)
  if (rejection !== undefined) return { rejection }
  const answered = answeredEvent(command, proposal)
  const heard = evolve(plan, answered).proposals.get(proposalId)!
  const accepted = acceptedOption(heard)
  if (accepted !== undefined)
    return { events: [answered, ...acceptance(heard, accepted, { plan: evolve(plan, answered), context: command.context })] }
  if (!isDeclined(heard)) return { events: [answered] }
  const { conflictId, parties } = proposal
  const declined = { proposalId, conflictId, parties, occurredAt: command.context.now }
  return { events: [answered, { type: 'samresa.planning.v1.ProposalDeclined', data: declined }] }
}

const notAsked = (): Rejection => reject('not-found', 'PROPOSAL_NOT_FOUND', 'There is no such proposal for you.')

const withoutCounter = ({ counter: _counter, ...answer }: InContext<AnswerProposal>): InContext<AnswerProposal> => answer

function refuseAnswer(command: InContext<AnswerProposal>, proposal: PlanProposal, plan: Plan): Rejection | undefined {
  const { optionId, answer, by } = command
  if (proposal.state !== 'OPEN') return reject('conflict', 'PROPOSAL_CLOSED', 'The proposal is closed; answers no longer count.')
  const possible: readonly string[] = by === 'PARTICIPANT' ? participantAnswers : agencyAnswers
  if (!possible.includes(answer)) return invalid('/answer', `The answer is one of ${possible.join(', ')}.`)
  const needsOption = answer === 'ACCEPT' || answer === 'WORKS'
  const isKnown = proposal.options.some(({ id }) => id === optionId)
  if (optionId ? !isKnown : needsOption)
    return reject('invalid', 'OPTION_UNKNOWN', 'The proposal has no such option.', [
      { pointer: '/optionId', detail: 'Not an option of this proposal.' },
    ])
  // Whoever proposed decides what is left to them alone, and answers for nobody else.
  const asked = proposal.options.find(({ id }) => id === optionId)
  if (by === proposal.by && asked !== undefined && !asked.accepters.includes(by)) return notAsked()
  if (answer === 'COUNTER' && !command.counter?.length && command.received !== true)
    return invalid('/changes', 'A counter says in changes which other times are offered.')
  return refuseCounter(command, plan)
}

function refuseCounter({ counter, by, context }: InContext<AnswerProposal>, plan: Plan): Rejection | undefined {
  if (counter === undefined || counter.length === 0 || by === 'PARTICIPANT') return undefined
  if (counter.length > mostChanges) return invalid('/changes', `At most ${mostChanges} changes.`)
  return refusalOfChanges(plan, counter, { ...context, by, pointer: '/changes' })
}

function answeredEvent({ optionId, answer, reason, counter, by, context }: InContext<AnswerProposal>, proposal: PlanProposal): PlanEvent {
  const { proposalId, conflictId, parties } = proposal
  return {
    type: 'samresa.planning.v1.ProposalAnswered',
    data: {
      proposalId,
      conflictId,
      parties,
      ...(optionId ? { optionId } : {}),
      answer,
      ...(reason ? { reason } : {}),
      by,
      ...(answer === 'COUNTER' && counter !== undefined ? { counter } : {}),
      occurredAt: context.now,
    },
  }
}

/** Everyone agrees: the changes are applied as new versions, and the re-check is the evidence. Changes that the plan can no longer take make the proposal pointless. */
function acceptance(proposal: PlanProposal, option: PlanOption, { plan, context }: { plan: Plan; context: PlanContext }): PlanEvent[] {
  const { proposalId, conflictId, parties, by } = proposal
  const data = { proposalId, conflictId, parties, optionId: option.id, occurredAt: context.now }
  const named = namedMeasures(option.changes)
  const conflictParties = plan.conflicts.get(conflictId)?.parties ?? parties
  const applied = eventsFromChanges(plan, option.changes, { ...context, by, pointer: '', proposalId })
  if ('rejection' in applied) return supersedeProposals(plan, context.now, (other) => other.proposalId === proposalId)
  const told: PlanEvent[] = [
    { type: 'samresa.planning.v1.ProposalAccepted', data },
    { type: 'samresa.planning.v1.ConflictAgreed', data: { ...data, parties: conflictParties } },
    ...applied.events,
    ...supersedeProposals(
      plan,
      context.now,
      (other) => other.proposalId !== proposalId && other.options.some(({ changes }) => touches(changes, named)),
    ),
  ]
  return [...told, ...recheck(plan, planAfter(plan, told), context, { agreed: named })]
}

const touches = (changes: readonly planning.PlanChangeJson[], named: ReadonlySet<string>): boolean =>
  [...namedMeasures(changes)].some((measureId) => named.has(measureId))
