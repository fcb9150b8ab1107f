import { useId, useState } from 'preact/hooks'
import { useFocus } from '../use-focus.ts'
import { useSubmit } from '../use-submit.ts'
import { messages } from '../words/messages.ts'
import type { ConflictFormProps } from './conflict-form.ts'
import { FieldError } from './field-error.tsx'
import { FormEnd } from './form-end.tsx'

/** Accepting a conflict as it is takes a reason, which is kept as evidence. */
export function AcceptForm({ conflict, view, onDone, onCancel }: ConflictFormProps) {
  const id = useId()
  const first = useFocus<HTMLTextAreaElement>()
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const { busy, error, submit } = useSubmit()
  const send = async (event: Event) => {
    event.preventDefault()
    setMissing(reason.trim() === '')
    if (reason.trim() !== '' && (await submit(() => view.api.acceptAsIs(conflict.id, reason.trim())))) onDone()
  }
  return (
    <form class="form" onSubmit={(event) => void send(event)} noValidate aria-labelledby={`${id}-title`}>
      <h4 id={`${id}-title`}>{messages.accept.title}</h4>
      <div class="ds-field">
        <label class="ds-label" for={`${id}-reason`}>
          {messages.accept.reason}
        </label>
        <textarea
          class="ds-input"
          id={`${id}-reason`}
          rows={2}
          maxLength={500}
          required
          ref={first}
          aria-invalid={missing}
          aria-describedby={`${id}-error`}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        <FieldError id={`${id}-error`} text={missing ? messages.accept.missing : undefined} />
      </div>
      <FormEnd busy={busy} error={error} send={messages.conflict.acceptAsIs} onCancel={onCancel} />
    </form>
  )
}
