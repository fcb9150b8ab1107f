import type { Actor } from '@samresa/kernel'
import type { AccessFacts, Party } from './facts.ts'
import { withoutMeasureTexts, withoutPlace } from './measure.ts'
import { hidesPlace, viewOfParties } from './party.ts'
import { relationOf } from './relation.ts'

/** A change of the plan; `measure` is a new one. */
export interface ChangeView {
  measureId?: string
  measure?: object
}

/** A proposal as it is answered. */
export interface ProposalView {
  parties: readonly Party[]
  /** The agency that proposes. */
  by?: string
  options?: { label?: string; changes?: ChangeView[] }[]
  reason?: string
  answers?: { reason?: string; counter?: ChangeView[]; changes?: ChangeView[] }[]
}

const changed = (changes: ChangeView[], edit: (measure: object) => object): ChangeView[] =>
  changes.map((change) => (change.measure === undefined ? change : { ...change, measure: edit(change.measure) }))

/** A copy with every new measure in it edited, in options and in answers. */
function withMeasures<P extends ProposalView>(proposal: P, edit: (measure: object) => object): P {
  return {
    ...proposal,
    ...(proposal.options === undefined
      ? {}
      : { options: proposal.options.map((option) => ({ ...option, changes: changed(option.changes ?? [], edit) })) }),
    ...(proposal.answers === undefined
      ? {}
      : {
          answers: proposal.answers.map((answer) => ({
            ...answer,
            ...(answer.counter === undefined ? {} : { counter: changed(answer.counter, edit) }),
            ...(answer.changes === undefined ? {} : { changes: changed(answer.changes, edit) }),
          })),
        }),
  }
}

/** A copy without what people wrote: reasons, labels, and the texts of new measures. */
function withoutTexts<P extends ProposalView>(proposal: P): P {
  const { reason: _reason, ...rest } = withMeasures(proposal, (measure) => withoutMeasureTexts(measure))
  const bare = (texts: object): object => Object.fromEntries(Object.entries(texts).filter(([key]) => key !== 'label' && key !== 'reason'))
  return {
    ...rest,
    ...(rest.options === undefined ? {} : { options: rest.options.map(bare) }),
    ...(rest.answers === undefined ? {} : { answers: rest.answers.map(bare) }),
  } as unknown as P
}

/**
 * The proposal as the actor may see it: whole or not at all, since any part of it would tell about the rest. The caseworker whose agency
 * made it knows what it says, also where it is about a measure that shows as taken time.
 */
export function proposalFor<P extends ProposalView>(actor: Actor, facts: AccessFacts, proposal: P, today: string): P | undefined {
  const { view } = viewOfParties(actor, facts, proposal.parties, today)
  const isOwn = proposal.by === actor.agency && relationOf(actor, facts) === 'caseworker'
  if (view === 'hidden' || (view === 'masked' && !isOwn)) return undefined
  const open = view === 'sealed' ? withoutTexts(proposal) : proposal
  return hidesPlace(actor, facts) ? withMeasures(open, withoutPlace) : open
}
