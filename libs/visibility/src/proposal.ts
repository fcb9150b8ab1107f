import type { Actor } from '@samresa/kernel'
import type { AccessFacts, Party } from './facts.ts'
import { withoutMeasureTexts, withoutPlace } from './measure.ts'
import { hidesPlace, viewOfParties } from './party.ts'

/** A change of the plan; `measure` is a new one. */
export interface ChangeView {
  measureId?: string
  measure?: object
}

/** A proposal as it is answered. */
export interface ProposalView {
  parties: readonly Party[]
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

/** The proposal as the actor may see it: whole or not at all, since any part of it would tell about the rest. */
export function proposalFor<P extends ProposalView>(actor: Actor, facts: AccessFacts, proposal: P, today: string): P | undefined {
  const { view } = viewOfParties(actor, facts, proposal.parties, today)
  if (view === 'hidden' || view === 'masked') return undefined
  const open = view === 'sealed' ? withoutTexts(proposal) : proposal
  return hidesPlace(actor, facts) ? withMeasures(open, withoutPlace) : open
}
