import { useId, useState } from 'preact/hooks'
import type { Change, PlanMeasure } from '../api/model.ts'
import { changesOf, type DraftChange, type DraftFault, type DraftOption, draftFrom, faultOf, optionLetter } from '../plan/draft.ts'
import { useFocus } from '../use-focus.ts'
import { useSubmit } from '../use-submit.ts'
import { fill } from '../words/fill.ts'
import { messages } from '../words/messages.ts'
import type { ConflictFormProps } from './conflict-form.ts'
import { FieldError } from './field-error.tsx'
import { FormEnd } from './form-end.tsx'
import { OptionEditor } from './option-editor.tsx'

const mostOptions = 5

const emptyChange: DraftChange = { measureId: '', rows: [], from: '', to: '' }

/** One or more alternatives, each tried at once against the plan; nothing is stored until it is sent. */
export function Composer({ conflict, view, onDone, onCancel }: ConflictFormProps) {
  const id = useId()
  const heading = useFocus<HTMLHeadingElement>()
  const choices = view.plan.measures.filter((measure) => measure.masked !== true)
  const isParty = ({ measureId }: PlanMeasure) => measureId !== undefined && (conflict.measures ?? []).includes(measureId)
  // The agency that resolves the conflict usually moves its own measure: begin with that one.
  const likely =
    choices.find((measure) => isParty(measure) && measure.owner === conflict.owner?.agency) ?? choices.find((measure) => isParty(measure))
  const newOption = (key: number): DraftOption => ({ key, label: '', changes: [likely === undefined ? emptyChange : draftFrom(likely)] })
  const [options, setOptions] = useState<DraftOption[]>([newOption(0)])
  const [reason, setReason] = useState('')
  const [checked, setChecked] = useState(false)
  const { busy, error, submit } = useSubmit()

  const labelOf = (option: DraftOption, index: number) =>
    option.label.trim() || fill(messages.composer.option, { letter: optionLetter(index) })
  const faults = options.map((option) => {
    for (const change of option.changes) {
      const fault = faultOf(
        change,
        choices.find((measure) => measure.measureId === change.measureId),
      )
      if (fault !== undefined) return fault
    }
    return undefined
  })
  const firstFaulty = faults.findIndex((fault) => fault !== undefined)
  const send = async (event: Event) => {
    event.preventDefault()
    setChecked(true)
    const ready = options.map((option, index) => ({ label: labelOf(option, index), changes: changesOf(option, choices) }))
    if (reason.trim() === '' || !ready.every((option): option is { label: string; changes: Change[] } => option.changes !== undefined))
      return
    if (await submit(() => view.api.sendProposal({ conflictId: conflict.id, options: ready, reason: reason.trim() }))) onDone()
  }
  return (
    <form class="form composer" onSubmit={(event) => void send(event)} noValidate aria-labelledby={`${id}-title`}>
      <h4 id={`${id}-title`} ref={heading} tabIndex={-1}>
        {messages.composer.title}
      </h4>
      <p class="hint">{messages.composer.intro}</p>
      {options.map((option, index) => (
        <OptionEditor
          key={option.key}
          letter={optionLetter(index)}
          option={option}
          measures={choices}
          view={view}
          conflictId={conflict.id}
          fault={faults[index]}
          checked={checked}
          onChange={(changed) => setOptions(options.map((each) => (each.key === option.key ? changed : each)))}
          onRemove={options.length > 1 ? () => setOptions(options.filter((each) => each.key !== option.key)) : undefined}
        />
      ))}
      {options.length < mostOptions && (
        <button
          type="button"
          class="ds-button"
          data-variant="secondary"
          onClick={() => setOptions([...options, newOption(Math.max(...options.map((each) => each.key)) + 1)])}
        >
          {fill(messages.composer.addOption, { letter: optionLetter(options.length) })}
        </button>
      )}
      <div class="ds-field">
        <label class="ds-label" for={`${id}-reason`}>
          {messages.composer.reason}
        </label>
        <p class="hint" id={`${id}-hint`}>
          {messages.composer.reasonHint}
        </p>
        <textarea
          class="ds-input"
          id={`${id}-reason`}
          rows={2}
          maxLength={500}
          required
          aria-invalid={checked && reason.trim() === ''}
          aria-describedby={`${id}-hint ${id}-error`}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        <FieldError id={`${id}-error`} text={checked && reason.trim() === '' ? messages.composer.reasonMissing : undefined} />
      </div>
      {checked && firstFaulty >= 0 && <UnreadyOption index={firstFaulty} fault={faults[firstFaulty]} id={`${id}-unready`} />}
      <FormEnd
        busy={busy}
        error={error}
        send={options.length === 1 ? messages.composer.sendOne : fill(messages.composer.send, { count: options.length })}
        onCancel={onCancel}
      />
    </form>
  )
}

const UnreadyOption = ({ index, fault, id }: { index: number; fault: DraftFault | undefined; id: string }) =>
  fault === undefined ? null : (
    <FieldError
      id={id}
      text={fill(messages.composer.optionUnready, { letter: optionLetter(index), fault: messages.composer.faults[fault.field] })}
    />
  )
