import { useId, useState } from 'preact/hooks'
import { useFocus } from '../use-focus.ts'
import { useSubmit } from '../use-submit.ts'
import { titleOf } from '../words/conflict-words.ts'
import { fill, wordFor } from '../words/fill.ts'
import { messages } from '../words/messages.ts'
import type { ConflictFormProps } from './conflict-form.ts'
import { FieldError } from './field-error.tsx'
import { FormEnd } from './form-end.tsx'

const nothingToDo = 'nothing'

/** What the participant does while nothing is agreed: a choice fills in a text that can be changed. */
export function UntilForm({ conflict, view, onDone, onCancel }: ConflictFormProps) {
  const id = useId()
  const first = useFocus<HTMLSelectElement>()
  const [attend, setAttend] = useState(conflict.untilDecided?.attend ?? (conflict.untilDecided?.nothingToDo === true ? nothingToDo : ''))
  const [text, setText] = useState(conflict.untilDecided?.text ?? '')
  const [suggested, setSuggested] = useState('')
  const [missing, setMissing] = useState(false)
  const { busy, error, submit } = useSubmit()
  const parties = view.plan.measures.filter(
    (measure) => measure.masked !== true && measure.measureId !== undefined && (conflict.measures ?? []).includes(measure.measureId),
  )

  const choose = (choice: string) => {
    setAttend(choice)
    const measure = parties.find((each) => each.measureId === choice)
    const agency = wordFor(messages.agencies, conflict.owner?.agency ?? 'AME')
    const suggestion =
      choice === nothingToDo
        ? messages.until.suggestionNothing
        : measure === undefined
          ? ''
          : fill(messages.until.suggestion, { title: titleOf(measure), agency })
    // A text that somebody has written themselves is never replaced.
    if (text === '' || text === suggested) setText(suggestion)
    setSuggested(suggestion)
  }
  const send = async (event: Event) => {
    event.preventDefault()
    setMissing(text.trim() === '')
    if (text.trim() === '') return
    const choice = attend === nothingToDo ? { nothingToDo: true } : attend === '' ? {} : { attend }
    if (await submit(() => view.api.setUntilDecided(conflict.id, { text: text.trim(), ...choice }))) onDone()
  }
  return (
    <form class="form" onSubmit={(event) => void send(event)} noValidate aria-labelledby={`${id}-title`}>
      <h4 id={`${id}-title`}>{messages.until.title}</h4>
      <div class="ds-field">
        <label class="ds-label" for={`${id}-attend`}>
          {messages.until.attend}
        </label>
        <select class="ds-input" id={`${id}-attend`} ref={first} value={attend} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">{messages.until.attendNone}</option>
          {parties.map((measure) => (
            <option key={measure.measureId} value={measure.measureId}>
              {titleOf(measure)}
            </option>
          ))}
          <option value={nothingToDo}>{messages.until.nothing}</option>
        </select>
      </div>
      <div class="ds-field">
        <label class="ds-label" for={`${id}-text`}>
          {messages.until.text}
        </label>
        <p class="hint" id={`${id}-hint`}>
          {messages.until.textHint}
        </p>
        <textarea
          class="ds-input"
          id={`${id}-text`}
          rows={3}
          maxLength={500}
          required
          aria-invalid={missing}
          aria-describedby={`${id}-hint ${id}-error`}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <FieldError id={`${id}-error`} text={missing ? messages.until.textMissing : undefined} />
      </div>
      <FormEnd busy={busy} error={error} send={messages.save} onCancel={onCancel} />
    </form>
  )
}
