import { useEffect, useId, useState } from 'preact/hooks'
import { post } from '../api/client.ts'
import type { Me, Page, Participant } from '../api/model.ts'
import { participantApi } from '../api/participant-api.ts'
import { AgencyTag } from '../parts/agency-tag.tsx'
import { AuditorSearch } from '../parts/auditor-search.tsx'
import { FieldError } from '../parts/field-error.tsx'
import { MoreButton } from '../parts/more-button.tsx'
import { Failure, Loading } from '../parts/page-states.tsx'
import { isOpen } from '../plan/conflict-states.ts'
import { useLoaded } from '../use-loaded.ts'
import { usePages } from '../use-pages.ts'
import { useSubmit } from '../use-submit.ts'
import { errorInWords } from '../words/error-words.ts'
import { fill } from '../words/fill.ts'
import { messages } from '../words/messages.ts'

const openInWords = (count: number | undefined) =>
  count === undefined || count === 0
    ? messages.home.noOpenConflicts
    : count === 1
      ? messages.home.oneOpenConflict
      : fill(messages.home.openConflicts, { count })

function OpenCount({ participantId }: { participantId: string }) {
  const { value, error } = useLoaded(
    async () => (await participantApi(participantId).findConflicts()).filter(isOpen).length,
    [participantId],
  )
  if (error !== undefined) return <span class="quiet">{messages.home.unreachable}</span>
  if (value === undefined) return <span class="quiet">{messages.loading}</span>
  return (
    <span class="open-count" data-open={value > 0 ? '' : undefined}>
      {openInWords(value)}
    </span>
  )
}

function OwnParticipants() {
  const { items, total, error, more } = usePages<Participant>('/api/journey/v1/participants?', 50)
  if (items === undefined) return error === undefined ? <Loading /> : <Failure error={error} retry={more} />
  if (items.length === 0) return <p>{messages.home.empty}</p>
  return (
    <>
      <ul class="plain people">
        {items.map((participant) => (
          <li key={participant.participantId}>
            <a class="person-link" href={`/participants/${participant.participantId}`}>
              <strong>{participant.name}</strong>
              <span class="agencies">
                {participant.agencies.map((agency) => (
                  <AgencyTag key={agency} agency={agency} />
                ))}
              </span>
              <OpenCount participantId={participant.participantId} />
            </a>
          </li>
        ))}
      </ul>
      <MoreButton shown={items.length} total={total} error={error} onMore={() => void more()} />
    </>
  )
}

function Search() {
  const id = useId()
  const [number, setNumber] = useState('')
  const [empty, setEmpty] = useState(false)
  const { busy, error, submit } = useSubmit()
  const search = async (event: Event) => {
    event.preventDefault()
    setEmpty(false)
    await submit(async () => {
      const found = await post<Page<Participant>>('/api/journey/v1/participants/search', { personalNumber: number.trim() })
      const first = found.items[0]
      if (first === undefined) setEmpty(true)
      else location.assign(`/participants/${first.participantId}`)
    })
  }
  return (
    <form class="form search" onSubmit={(event) => void search(event)} noValidate>
      <div class="ds-field">
        <label class="ds-label" for={`${id}-number`}>
          {messages.home.personalNumber}
        </label>
        <p class="hint" id={`${id}-hint`}>
          {messages.home.personalNumberHint}
        </p>
        <input
          class="ds-input"
          id={`${id}-number`}
          inputMode="numeric"
          autoComplete="off"
          aria-describedby={`${id}-hint ${id}-error`}
          value={number}
          onInput={(event) => setNumber(event.currentTarget.value)}
        />
        <FieldError id={`${id}-error`} text={error !== undefined ? errorInWords(error) : empty ? messages.home.searchEmpty : undefined} />
      </div>
      <button type="submit" class="ds-button" aria-disabled={busy}>
        {messages.home.search}
      </button>
    </form>
  )
}

/** Where a role begins: own participants, a search, or a trace. */
export function HomePage({ me }: { me: Me }) {
  useEffect(() => {
    document.title = `${messages.start} – ${messages.brand}`
  }, [])
  const heading = (text: string) => (
    <h1 class="ds-heading" data-size="md">
      {text}
    </h1>
  )
  switch (me.role) {
    case 'caseworker':
      return (
        <div class="narrow">
          {heading(messages.home.title)}
          <OwnParticipants />
          <h2 class="ds-heading" data-size="xs">
            {messages.home.searchTitle}
          </h2>
          <Search />
        </div>
      )
    case 'officer':
      return (
        <div class="narrow">
          {heading(messages.home.officerTitle)}
          <Search />
        </div>
      )
    case 'auditor':
      return (
        <div class="narrow">
          {heading(messages.trace.home)}
          <AuditorSearch />
        </div>
      )
    default:
      return (
        <div class="narrow">
          {heading(messages.brand)}
          <p>{messages.home.nothingHere}</p>
        </div>
      )
  }
}
