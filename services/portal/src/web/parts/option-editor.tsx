import { useId } from 'preact/hooks'
import type { PlanMeasure } from '../api/model.ts'
import { changesOf, type DraftChange, type DraftFault, type DraftOption, draftFrom } from '../plan/draft.ts'
import type { ParticipantView } from '../use-participant.ts'
import { titleOf } from '../words/conflict-words.ts'
import { fill } from '../words/fill.ts'
import { messages } from '../words/messages.ts'
import { scheduleInWords } from '../words/schedule-words.ts'
import { PreviewPanel } from './preview-panel.tsx'
import { ScheduleFields } from './schedule-fields.tsx'

interface OptionEditorProps {
  letter: string
  option: DraftOption
  measures: PlanMeasure[]
  view: ParticipantView
  conflictId: string
  fault: DraftFault | undefined
  checked: boolean
  onChange(option: DraftOption): void
  onRemove: (() => void) | undefined
}

/** One alternative: its name, its changes, and what they lead to. */
export function OptionEditor({ letter, option, measures, view, conflictId, fault, checked, onChange, onRemove }: OptionEditorProps) {
  const id = useId()
  const replace = (index: number, change: DraftChange) =>
    onChange({ ...option, changes: option.changes.map((each, at) => (at === index ? change : each)) })
  const chosen = option.changes.map((change) => measures.find((measure) => measure.measureId === change.measureId))
  const unchosen = measures.find((measure) => !option.changes.some((change) => change.measureId === measure.measureId))
  return (
    <fieldset class="option" data-testid={`option-${letter}`}>
      <legend>{fill(messages.composer.option, { letter })}</legend>
      <div class="option-fields">
        {option.changes.map((change, index) => (
          <div class="change" key={index}>
            <div class="ds-field">
              <label class="ds-label" for={`${id}-measure-${index}`}>
                {messages.composer.measure}
              </label>
              <select
                class="ds-input"
                id={`${id}-measure-${index}`}
                value={change.measureId}
                onChange={(event) => {
                  const measure = measures.find((each) => each.measureId === event.currentTarget.value)
                  if (measure !== undefined) replace(index, draftFrom(measure))
                }}
              >
                {change.measureId === '' && <option value="">{messages.until.attendNone}</option>}
                {measures
                  .filter(
                    (measure) =>
                      measure.measureId === change.measureId || !option.changes.some((other) => other.measureId === measure.measureId),
                  )
                  .map((measure) => (
                    <option key={measure.measureId} value={measure.measureId}>
                      {titleOf(measure)}
                      {measure.owner === undefined ? '' : ` (${measure.owner})`}
                    </option>
                  ))}
              </select>
              {chosen[index] !== undefined && (
                <p class="hint">{fill(messages.composer.now, { schedule: scheduleInWords(chosen[index], view.plan.today) })}</p>
              )}
            </div>
            <ScheduleFields change={change} today={view.plan.today} onChange={(changed) => replace(index, changed)} />
            {option.changes.length > 1 && (
              <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                onClick={() => onChange({ ...option, changes: option.changes.filter((_, at) => at !== index) })}
              >
                {messages.composer.removeChange}
              </button>
            )}
          </div>
        ))}
        <div class="ds-field">
          <label class="ds-label" for={`${id}-label`}>
            {messages.composer.label}
          </label>
          <input
            class="ds-input"
            id={`${id}-label`}
            maxLength={80}
            placeholder={fill(messages.composer.option, { letter })}
            value={option.label}
            onInput={(event) => onChange({ ...option, label: event.currentTarget.value })}
          />
        </div>
        <div class="actions">
          {unchosen !== undefined && (
            <button
              type="button"
              class="ds-button"
              data-variant="tertiary"
              onClick={() => onChange({ ...option, changes: [...option.changes, draftFrom(unchosen)] })}
            >
              {messages.composer.addChange}
            </button>
          )}
          {onRemove !== undefined && (
            <button type="button" class="ds-button" data-variant="tertiary" onClick={onRemove}>
              {fill(messages.composer.removeOption, { letter })}
            </button>
          )}
        </div>
      </div>
      <PreviewPanel
        title={fill(messages.preview.titleOf, { letter })}
        changes={changesOf(option, measures)}
        fault={fault}
        checked={checked}
        view={view}
        conflictId={conflictId}
      />
    </fieldset>
  )
}
