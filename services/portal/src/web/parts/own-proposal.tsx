import { useState } from 'preact/hooks'
import type { Proposal, ProposalOption } from '../api/model.ts'
import type { ParticipantView } from '../use-participant.ts'
import { useSubmit } from '../use-submit.ts'
import { errorInWords } from '../words/error-words.ts'
import { fill } from '../words/fill.ts'
import { messages } from '../words/messages.ts'
import { Changes } from './proposal-card.tsx'

const choices = [
  { answer: 'WORKS', text: messages.proposal.works },
  { answer: 'ANOTHER_TIME', text: messages.proposal.anotherTime },
  { answer: 'CANNOT', text: messages.proposal.cannot },
] as const

/** One alternative, and how the participant feels about it: heard, not decisive, and never asked to explain. */
function OwnOption({ option, proposal, view }: { option: ProposalOption; proposal: Proposal; view: ParticipantView }) {
  const { busy, error, submit } = useSubmit()
  const [given, setGiven] = useState<string>()
  const mine =
    (proposal.answers ?? []).filter((answer) => answer.by === 'PARTICIPANT' && answer.optionId === option.id).at(-1)?.answer ?? given
  return (
    <li class="own-option">
      <h3>{option.label}</h3>
      <Changes changes={option.changes} view={view} />
      <fieldset class="choices">
        <legend class="visually-hidden">{`${messages.own.question} ${option.label}`}</legend>
        {choices.map(({ answer, text }) => (
          <button
            key={answer}
            type="button"
            class="ds-button"
            data-variant={mine === answer ? 'primary' : 'secondary'}
            aria-pressed={mine === answer}
            aria-disabled={busy}
            onClick={() =>
              void submit(() => view.api.respond(proposal.id, { optionId: option.id, answer })).then((sent) => {
                if (!sent) return
                setGiven(answer)
                void view.refresh()
              })
            }
          >
            {text}
          </button>
        ))}
      </fieldset>
      <p class="said" role="status">
        {error !== undefined
          ? errorInWords(error)
          : mine === undefined
            ? ''
            : fill(messages.own.yourAnswer, { answer: choices.find((choice) => choice.answer === mine)?.text ?? '' })}
      </p>
    </li>
  )
}

/** The open proposals as the participant sees them. */
export const OwnProposals = ({ proposals, view }: { proposals: Proposal[]; view: ParticipantView }) => (
  <section aria-labelledby="own-proposals" class="own-section">
    <h2 class="ds-heading" data-size="xs" id="own-proposals">
      {messages.own.proposals}
    </h2>
    <p>{messages.own.proposalsIntro}</p>
    {proposals.map((proposal) => (
      <ol class="plain" key={proposal.id}>
        {proposal.options.map((option) => (
          <OwnOption key={option.id} option={option} proposal={proposal} view={view} />
        ))}
      </ol>
    ))}
  </section>
)
