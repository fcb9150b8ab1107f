import { ApiError } from '../api/client.ts'
import { errorInWords } from '../words/error-words.ts'
import { messages } from '../words/messages.ts'

export const Loading = () => (
  <p class="state" role="status">
    {messages.loading}
  </p>
)

/** Unknown and not-for-you look alike. */
export const NotHere = () => (
  <section class="state">
    <h1 class="ds-heading" data-size="sm">
      {messages.notFoundTitle}
    </h1>
    <p>{messages.notFoundText}</p>
    <a class="ds-link far-link" href="/">
      {messages.toStart}
    </a>
  </section>
)

/** A page that could not be fetched at all. */
export function Failure({ error, retry }: { error: unknown; retry(): unknown }) {
  if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return <NotHere />
  if (error instanceof ApiError && error.status === 401) return <Loading />
  return (
    <section class="state">
      <p role="alert">{errorInWords(error)}</p>
      <button type="button" class="ds-button" data-variant="secondary" onClick={() => void retry()}>
        {messages.tryAgain}
      </button>
    </section>
  )
}

/** A refresh that failed while the page shows what it had. */
export const Offline = () => (
  <p class="offline" role="status">
    {messages.offline}
  </p>
)
