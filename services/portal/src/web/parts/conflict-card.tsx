import { useId, useRef, useState } from 'preact/hooks'
import type { Conflict, Me } from '../api/model.ts'
import { followsClash } from '../plan/conflict-states.ts'
import { nextDateOf, runsOf } from '../plan/occurrences.ts'
import type { ParticipantView } from '../use-participant.ts'
import { useSubmit } from '../use-submit.ts'
import { explanationOf, extentInWords, measuresInWords, ownerInWords, problemName } from '../words/conflict-words.ts'
import { clock, dayInWords } from '../words/dates.ts'
import { errorInWords } from '../words/error-words.ts'
import { capitalised, fill, wordFor } from '../words/fill.ts'
import { messages } from '../words/messages.ts'
import { AcceptForm } from './accept-form.tsx'
import { Composer } from './composer.tsx'
import { UntilForm } from './until-form.tsx'

type OpenForm = 'until' | 'propose' | 'accept'

interface ConflictCardProps {
  conflict: Conflict
  view: ParticipantView
  me: Me
  onShowDate(date: string): void
}

const Dates = ({ conflict, today }: { conflict: Conflict; today: string }) => (
  <details class="fold">
    <summary>{messages.conflict.dates}</summary>
    {runsOf(conflict).map((run) => (
      <p key={`${run.weekday}${run.start}`}>
        <strong>
          {capitalised(messages.weekdaysPlural[run.weekday] ?? '')} {clock(run.start)}–{clock(run.end)}:
        </strong>{' '}
        {run.dates.map((date) => dayInWords(date, today)).join(', ')}
      </p>
    ))}
  </details>
)

function UntilNote({ conflict }: { conflict: Conflict }) {
  const until = conflict.untilDecided
  if (until?.text === undefined) return null
  return (
    <div class="until">
      <h4>{messages.conflict.until}</h4>
      <p>{until.text}</p>
      {until.by !== undefined && (
        <p class="quiet">{fill(messages.conflict.untilSetBy, { agency: wordFor(messages.agencies, until.by) })}</p>
      )}
    </div>
  )
}

/** One open conflict: what is wrong, when, who resolves it, what happens next, and what this viewer can do about it. */
export function ConflictCard({ conflict, view, me, onShowDate }: ConflictCardProps) {
  const heading = useId()
  const [form, setForm] = useState<OpenForm>()
  const [said, setSaid] = useState('')
  const result = useRef<HTMLParagraphElement>(null)
  const opener = useRef<HTMLElement | null>(null)
  const { busy, error, submit } = useSubmit()
  const caseworker = me.role === 'caseworker'
  const acknowledges = caseworker || (me.role === 'officer' && conflict.masked !== true)
  // What applies meanwhile is said by who convenes, or by the agency that resolves the conflict.
  const decides = caseworker || (me.role === 'officer' && conflict.owner?.agency === me.agency)
  const asked =
    me.role === 'officer' ? view.proposals.find(({ conflictId, state }) => conflictId === conflict.id && state === 'OPEN') : undefined
  const nextDate = nextDateOf(conflict, view.plan.today)
  const parties = measuresInWords(conflict, view.plan.measures)
  const extent = explanationOf(conflict) || extentInWords(conflict)
  const toggle = (which: OpenForm) => {
    setSaid('')
    opener.current = document.activeElement as HTMLElement | null
    setForm(form === which ? undefined : which)
  }
  const done = (words: string) => {
    setForm(undefined)
    setSaid(words)
    result.current?.focus()
    void view.refresh()
  }
  const cancel = () => {
    setForm(undefined)
    opener.current?.focus()
  }
  const acknowledge = async () => {
    if (await submit(() => view.api.acknowledge(conflict.id))) done(messages.conflict.acknowledged)
  }
  const formButton = (which: OpenForm, text: string, variant: 'primary' | 'secondary' | 'tertiary') => (
    <button type="button" class="ds-button" data-variant={variant} aria-expanded={form === which} onClick={() => toggle(which)}>
      {text}
    </button>
  )
  return (
    <article class="conflict" data-severity={conflict.severity} aria-labelledby={heading} data-testid={`conflict-${conflict.code}`}>
      <div class="conflict-tags">
        {conflict.severity !== undefined && <span class="severity">{wordFor(messages.severities, conflict.severity)}</span>}
        <span class="tag">{wordFor(messages.conflictStates, conflict.state)}</span>
      </div>
      <h3 id={heading}>
        {problemName(conflict.code)}
        {parties !== '' && <span class="parties">{parties}</span>}
      </h3>
      {extent !== '' && <p class="extent">{extent}</p>}
      {nextDate !== undefined && (
        <div class="when">
          <Dates conflict={conflict} today={view.plan.today} />
          <button type="button" class="ds-button" data-variant="tertiary" onClick={() => onShowDate(nextDate)}>
            {messages.conflict.showWeek}
          </button>
        </div>
      )}
      <dl class="facts">
        {conflict.owner !== undefined && (
          <div>
            <dt>{messages.conflict.responsible}</dt>
            <dd>{ownerInWords(conflict)}</dd>
          </div>
        )}
        {conflict.nextStep?.sv !== undefined && (
          <div>
            <dt>{messages.conflict.next}</dt>
            <dd>{conflict.nextStep.sv}</dd>
          </div>
        )}
      </dl>
      {followsClash(conflict, view.conflicts) && <p class="quiet">{messages.conflict.sameMeasure}</p>}
      <UntilNote conflict={conflict} />
      {(acknowledges || decides || asked !== undefined) && (
        <div class="actions">
          {asked !== undefined && (
            <a class="ds-button" href={`#proposal-${asked.id}`}>
              {messages.proposal.answerIt}
            </a>
          )}
          {acknowledges && conflict.state === 'DETECTED' && (
            <button type="button" class="ds-button" aria-disabled={busy} onClick={() => void acknowledge()}>
              {messages.conflict.acknowledge}
            </button>
          )}
          {decides && formButton('until', messages.conflict.decideUntil, 'secondary')}
          {caseworker && formButton('propose', messages.conflict.propose, 'secondary')}
          {caseworker && formButton('accept', messages.conflict.acceptAsIs, 'tertiary')}
        </div>
      )}
      <p class="said" role="status" tabIndex={-1} ref={result}>
        {error === undefined ? said : errorInWords(error)}
      </p>
      {form === 'until' && (
        <UntilForm conflict={conflict} view={view} onDone={() => done(messages.conflict.untilSaved)} onCancel={cancel} />
      )}
      {form === 'propose' && <Composer conflict={conflict} view={view} onDone={() => done(messages.composer.sent)} onCancel={cancel} />}
      {form === 'accept' && (
        <AcceptForm conflict={conflict} view={view} onDone={() => done(messages.conflict.accepted)} onCancel={cancel} />
      )}
    </article>
  )
}
