import { useState } from 'preact/hooks'
import type { TimelineItem } from '../api/model.ts'
import { instantInWords } from '../words/dates.ts'
import { eventInWords, ownEventInWords } from '../words/event-words.ts'
import { fill } from '../words/fill.ts'
import { messages } from '../words/messages.ts'

interface TimelineListProps {
  items: TimelineItem[]
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

/** What has happened, newest first. */
export function TimelineList({ items, today, reader }: TimelineListProps) {
  const [all, setAll] = useState(false)
  if (items.length === 0) return <p class="quiet">{messages.timeline.empty}</p>
  const shown = all ? items : items.slice(0, shownAtFirst[reader])
  return (
    <>
      <ol class="timeline">
        {shown.map((item) => (
          <Item key={item.eventId} item={item} today={today} reader={reader} />
        ))}
      </ol>
      {shown.length < items.length && (
        <button type="button" class="ds-button" data-variant="tertiary" onClick={() => setAll(true)}>
          {messages.timeline.showMore}
        </button>
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
