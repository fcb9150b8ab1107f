import { useId, useRef, useState } from 'preact/hooks'
import type { Answer, Change, Me, Proposal, ProposalAnswer, ProposalOption } from '../api/model.ts'
import { counterMeasures, decidesOption } from '../plan/answering.ts'
import { optionLetter } from '../plan/draft.ts'
import type { ParticipantView } from '../use-participant.ts'
import { useSubmit } from '../use-submit.ts'
import { measuresInWords, problemName } from '../words/conflict-words.ts'
import { errorInWords } from '../words/error-words.ts'
import { fill, wordFor } from '../words/fill.ts'
import { messages } from '../words/messages.ts'
import { changeInWords } from '../words/schedule-words.ts'
import { CounterForm } from './counter-form.tsx'

interface ProposalCardProps {
  proposal: Proposal
  view: ParticipantView
  me: Me
}

// A sealed label is not there.
const labelOf = (option: ProposalOption, index: number) => option.label || fill(messages.composer.option, { letter: optionLetter(index) })

function answerInWords(answer: ProposalAnswer, proposal: Proposal): string {
  const index = proposal.options.findIndex((each) => each.id === answer.optionId)
  const chosen = proposal.options[index]
  const option = chosen === undefined ? messages.proposal.wholeProposal : `”${labelOf(chosen, index)}”`
  const who = wordFor(messages.agencies, answer.by ?? '')
  const said = `${who} ${fill(wordFor(messages.proposal.answers, answer.answer), { option })}`
  return answer.reason === undefined || answer.reason === '' ? `${said}.` : `${said}: ${answer.reason}`
}

export const Changes = ({ changes, view }: { changes: Change[]; view: ParticipantView }) => (
  <ul>
    {changes.map((change, index) => (
      <li key={index}>{changeInWords(change, view.plan.measures, view.plan.today)}</li>
    ))}
  </ul>
)

/** A proposal as staff see it: what is asked, where it stands, who has said what. */
export function ProposalCard({ proposal, view, me }: ProposalCardProps) {
  const heading = useId()
  const [said, setSaid] = useState('')
  const [countering, setCountering] = useState(false)
  const result = useRef<HTMLParagraphElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const { busy, error, submit } = useSubmit()
  const conflict = view.conflicts.find((each) => each.id === proposal.conflictId)
  const answers = me.role === 'officer' && proposal.state === 'OPEN'
  const own = answers ? counterMeasures(me.agency, view.plan.measures, proposal, conflict) : []
  const done = () => {
    setCountering(false)
    setSaid(messages.proposal.answered)
    result.current?.focus()
    void view.refresh()
  }
  const respond = async (optionId: string, answer: Answer) => {
    if (!(await submit(() => view.api.respond(proposal.id, { optionId, answer })))) return
    done()
  }
  return (
    <article
      class="proposal"
      id={`proposal-${proposal.id}`}
      tabIndex={-1}
      aria-labelledby={heading}
      data-testid={`proposal-${proposal.state}`}
    >
      <h3 id={heading}>
        {conflict === undefined
          ? messages.person.proposals
          : `${problemName(conflict.code)}: ${measuresInWords(conflict, view.plan.measures)}`}
      </h3>
      <p>
        <span class="tag">{messages.proposal.states[proposal.state]}</span>
      </p>
      {proposal.reason !== undefined && proposal.reason !== '' && <p>{fill(messages.proposal.reason, { reason: proposal.reason })}</p>}
      <ol class="plain options">
        {proposal.options.map((option, index) => (
          <li key={option.id}>
            <h4>
              {labelOf(option, index)}
              {option.id === proposal.acceptedOptionId && (
                <span class="tag chosen">
                  <span aria-hidden="true">✓ </span>
                  {messages.proposal.chosen}
                </span>
              )}
            </h4>
            <Changes changes={option.changes} view={view} />
            {proposal.state === 'OPEN' && decidesOption(me, option.accepters) && (
              <div class="actions">
                <button type="button" class="ds-button" aria-disabled={busy} onClick={() => void respond(option.id, 'ACCEPT')}>
                  {fill(messages.proposal.accept, { option: labelOf(option, index) })}
                </button>
                <button
                  type="button"
                  class="ds-button"
                  data-variant="secondary"
                  aria-disabled={busy}
                  onClick={() => void respond(option.id, 'DECLINE')}
                >
                  {fill(messages.proposal.decline, { option: labelOf(option, index) })}
                </button>
              </div>
            )}
          </li>
        ))}
      </ol>
      {own.length > 0 && (
        <div class="actions">
          <button
            type="button"
            class="ds-button"
            data-variant="secondary"
            aria-expanded={countering}
            ref={opener}
            onClick={() => {
              setSaid('')
              setCountering(!countering)
            }}
          >
            {messages.counter.open}
          </button>
        </div>
      )}
      {countering && own.length > 0 && (
        <CounterForm
          proposal={proposal}
          measures={own}
          view={view}
          onDone={done}
          onCancel={() => {
            setCountering(false)
            opener.current?.focus()
          }}
        />
      )}
      {(proposal.answers ?? []).length === 0 ? (
        <p class="quiet">{messages.proposal.noAnswers}</p>
      ) : (
        <ul>
          {proposal.answers?.map((answer, index) => (
            <li key={index}>
              {answerInWords(answer, proposal)}
              {answer.changes !== undefined && <Changes changes={answer.changes} view={view} />}
            </li>
          ))}
        </ul>
      )}
      {me.role === 'caseworker' && proposal.state === 'OPEN' && proposal.answers?.some(({ answer }) => answer === 'COUNTER') && (
        <p class="hint">{messages.proposal.afterCounter}</p>
      )}
      <p class="said" role="status" tabIndex={-1} ref={result}>
        {error === undefined ? said : errorInWords(error)}
      </p>
    </article>
  )
}
