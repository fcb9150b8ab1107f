import { errorInWords } from '../words/error-words.ts'
import { messages } from '../words/messages.ts'

/** The last row of a form: what went wrong, send, cancel. */
export const FormEnd = ({ busy, error, send, onCancel }: { busy: boolean; error: unknown; send: string; onCancel(): void }) => (
  <>
    {error !== undefined && (
      <p class="ds-validation-message" data-color="warning" role="alert">
        {errorInWords(error)}
      </p>
    )}
    <div class="actions">
      <button type="submit" class="ds-button" aria-disabled={busy}>
        {send}
      </button>
      <button type="button" class="ds-button" data-variant="tertiary" onClick={onCancel}>
        {messages.cancel}
      </button>
    </div>
  </>
)
