import { useId, useState } from 'preact/hooks'
import type { PlanMeasure, Proposal } from '../api/model.ts'
import { changesOf, draftFrom, faultOf } from '../plan/draft.ts'
import { useFocus } from '../use-focus.ts'
import type { ParticipantView } from '../use-participant.ts'
import { useSubmit } from '../use-submit.ts'
import { titleOf } from '../words/conflict-words.ts'
import { fill } from '../words/fill.ts'
import { messages } from '../words/messages.ts'
import { scheduleInWords } from '../words/schedule-words.ts'
import { FormEnd } from './form-end.tsx'
import { PreviewPanel } from './preview-panel.tsx'
import { ScheduleFields } from './schedule-fields.tsx'

interface CounterFormProps {
  proposal: Proposal
  /** The answering agency's own, at least one; the likeliest first. */
  measures: PlanMeasure[]
  view: ParticipantView
  onDone(): void
  onCancel(): void
}

/** Other times for a measure of one's own, as the answer to a proposal; tried against the plan before it is sent. */
export function CounterForm({ proposal, measures, view, onDone, onCancel }: CounterFormProps) {
  const id = useId()
  const heading = useFocus<HTMLHeadingElement>()
  const [draft, setDraft] = useState(() => draftFrom(measures[0]!))
  const [reason, setReason] = useState('')
  const [checked, setChecked] = useState(false)
  const { busy, error, submit } = useSubmit()
  const measure = measures.find((each) => each.measureId === draft.measureId)
  const changes = changesOf({ key: 0, label: '', changes: [draft] }, measures)
  const send = async (event: Event) => {
    event.preventDefault()
    setChecked(true)
    if (changes === undefined) return
    const why = reason.trim() === '' ? {} : { reason: reason.trim() }
    if (await submit(() => view.api.respond(proposal.id, { answer: 'COUNTER', changes, ...why }))) onDone()
  }
  return (
    <form class="form composer" onSubmit={(event) => void send(event)} noValidate aria-labelledby={`${id}-title`}>
      <h4 id={`${id}-title`} ref={heading} tabIndex={-1}>
        {messages.counter.title}
      </h4>
      <p class="hint">{messages.counter.intro}</p>
      <div class="option">
        <div class="option-fields">
          <div class="ds-field">
            <label class="ds-label" for={`${id}-measure`}>
              {messages.composer.measure}
            </label>
            <select
              class="ds-input"
              id={`${id}-measure`}
              value={draft.measureId}
              onChange={(event) => {
                const chosen = measures.find((each) => each.measureId === event.currentTarget.value)
                if (chosen !== undefined) setDraft(draftFrom(chosen))
              }}
            >
              {measures.map((each) => (
                <option key={each.measureId} value={each.measureId}>
                  {titleOf(each)}
                </option>
              ))}
            </select>
            {measure !== undefined && (
              <p class="hint">{fill(messages.composer.now, { schedule: scheduleInWords(measure, view.plan.today) })}</p>
            )}
          </div>
          <ScheduleFields change={draft} today={view.plan.today} onChange={setDraft} />
        </div>
        <PreviewPanel
          title={messages.counter.preview}
          changes={changes}
          fault={faultOf(draft, measure)}
          checked={checked}
          view={view}
          conflictId={proposal.conflictId}
        />
      </div>
      <div class="ds-field">
        <label class="ds-label" for={`${id}-reason`}>
          {messages.counter.reason}
        </label>
        <p class="hint" id={`${id}-hint`}>
          {messages.composer.reasonHint}
        </p>
        <textarea
          class="ds-input"
          id={`${id}-reason`}
          rows={2}
          maxLength={500}
          aria-describedby={`${id}-hint`}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </div>
      <FormEnd busy={busy} error={error} send={messages.counter.send} onCancel={onCancel} />
    </form>
  )
}
