import { errorInWords } from '../words/error-words.ts'
import { fill } from '../words/fill.ts'
import { messages } from '../words/messages.ts'

interface MoreButtonProps {
  shown: number
  total: number
  error?: unknown
  onMore(): void
}

/** How much of a list is shown, and the way to more of it; nothing when all is shown. */
export const MoreButton = ({ shown, total, error, onMore }: MoreButtonProps) =>
  shown >= total ? null : (
    <div class="more">
      <p class="quiet" role="status">
        {error === undefined ? fill(messages.shownOf, { shown, total }) : errorInWords(error)}
      </p>
      <button type="button" class="ds-button" data-variant="secondary" onClick={onMore}>
        {messages.showMore}
      </button>
    </div>
  )
