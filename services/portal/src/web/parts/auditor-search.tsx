import { useId, useState } from 'preact/hooks'
import { messages } from '../words/messages.ts'
import { FieldError } from './field-error.tsx'

function IdSearch({ label, hint, button, path }: { label: string; hint?: string; button: string; path: string }) {
  const id = useId()
  const [value, setValue] = useState('')
  const [missing, setMissing] = useState(false)
  const go = (event: Event) => {
    event.preventDefault()
    setMissing(value.trim() === '')
    if (value.trim() !== '') location.assign(`${path}${encodeURIComponent(value.trim())}`)
  }
  return (
    <form class="form search" onSubmit={go} noValidate>
      <div class="ds-field">
        <label class="ds-label" for={id}>
          {label}
        </label>
        {hint !== undefined && (
          <p class="hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
        <input
          class="ds-input"
          id={id}
          autoComplete="off"
          spellcheck={false}
          aria-invalid={missing}
          aria-describedby={`${id}-hint ${id}-error`}
          value={value}
          onInput={(event) => setValue(event.currentTarget.value)}
        />
        <FieldError id={`${id}-error`} text={missing ? messages.trace.missing : undefined} />
      </div>
      <button type="submit" class="ds-button" data-variant="secondary">
        {button}
      </button>
    </form>
  )
}

/** Where an auditor begins: one correlation, or one participant's access records. */
export const AuditorSearch = () => (
  <>
    <h2 class="ds-heading" data-size="xs">
      {messages.trace.searchTitle}
    </h2>
    <IdSearch label={messages.trace.searchLabel} hint={messages.trace.searchHint} button={messages.trace.search} path="/traces/" />
    <h2 class="ds-heading" data-size="xs">
      {messages.trace.accessTitle}
    </h2>
    <IdSearch label={messages.trace.accessLabel} hint={messages.trace.accessHint} button={messages.trace.accessSearch} path="/access/" />
  </>
)
