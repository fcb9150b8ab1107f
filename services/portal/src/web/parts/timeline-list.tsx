import { useState } from 'preact/hooks'
import type { TimelineItem } from '../api/model.ts'
import { useSubmit } from '../use-submit.ts'
import { instantInWords } from '../words/dates.ts'
import { eventInWords, ownEventInWords } from '../words/event-words.ts'
import { fill } from '../words/fill.ts'
import { messages } from '../words/messages.ts'
import { MoreButton } from './more-button.tsx'

interface TimelineListProps {
  items: TimelineItem[]
  /** How many there are in all. */
  total: number
  /** Fetches what is older than `items`. */
  onOlder(): Promise<unknown>
  today: string
  /** An auditor may follow a trace; a participant reads plain words. */
  reader: 'staff' | 'auditor' | 'participant'
}

const shownAtFirst = { staff: 12, auditor: 12, participant: 6 }

const titleFor = (item: TimelineItem, reader: TimelineListProps['reader']): string =>
  (reader === 'participant' ? ownEventInWords(item) : undefined) ?? item.title?.sv ?? eventInWords(item.type)

const Item = ({ item, today, reader }: { item: TimelineItem } & Pick<TimelineListProps, 'today' | 'reader'>) => (
  <li data-view={item.view} data-testid={`timeline-${item.type?.split('.').at(-1) ?? item.view}`}>
    <time dateTime={item.occurredAt}>{instantInWords(item.occurredAt, today)}</time>
    <p>{titleFor(item, reader)}</p>
    {item.view === 'sealed' && <p class="quiet">{messages.timeline.sealed}</p>}
    {reader === 'auditor' && item.correlationId !== undefined && (
      <a class="ds-link far-link" href={`/traces/${item.correlationId}`}>
        {messages.conflict.trace}
        <span class="visually-hidden">: {item.title?.sv ?? eventInWords(item.type)}</span>
      </a>
    )}
  </li>
)

/** One report may be told as several things that mean the same to the participant: once is enough. */
const withoutEchoes = (items: TimelineItem[]) =>
  items.filter((item, index) => {
    const next = items[index + 1]
    return (
      next === undefined ||
      instantInWords(next.occurredAt) !== instantInWords(item.occurredAt) ||
      titleFor(next, 'participant') !== titleFor(item, 'participant')
    )
  })

/** What has happened, newest first. */
export function TimelineList({ items, total, onOlder, today, reader }: TimelineListProps) {
  const [all, setAll] = useState(false)
  const { busy, error, submit } = useSubmit()
  const told = reader === 'participant' ? withoutEchoes(items) : items
  if (items.length === 0) return <p class="quiet">{messages.timeline.empty}</p>
  const shown = all ? told : told.slice(0, shownAtFirst[reader])
  return (
    <>
      <ol class="timeline">
        {shown.map((item) => (
          <Item key={item.eventId} item={item} today={today} reader={reader} />
        ))}
      </ol>
      {shown.length < told.length ? (
        <button type="button" class="ds-button" data-variant="tertiary" onClick={() => setAll(true)}>
          {messages.showMore}
        </button>
      ) : (
        <MoreButton
          shown={items.length}
          total={total}
          error={error}
          onMore={() => {
            if (!busy) void submit(onOlder)
          }}
        />
      )}
    </>
  )
}

/** Tells politely, to those who listen, what is new. */
export const Announcement = ({ item }: { item: TimelineItem | undefined }) => (
  <p class="visually-hidden" role="status" aria-live="polite">
    {item === undefined ? '' : fill(messages.person.newEvent, { title: item.title?.sv ?? eventInWords(item.type) })}
  </p>
)
