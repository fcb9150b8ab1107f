import { useEffect } from 'preact/hooks'
import type { AccessRecord, Me } from '../api/model.ts'
import { MoreButton } from '../parts/more-button.tsx'
import { Failure, Loading } from '../parts/page-states.tsx'
import { type VisitDay, visitDaysOf } from '../plan/visits.ts'
import { usePages } from '../use-pages.ts'
import { exactTimeInWords, instantInWords } from '../words/dates.ts'
import { capitalised, fill, wordFor } from '../words/fill.ts'
import { messages } from '../words/messages.ts'

const Who = ({ actor }: { actor: AccessRecord['actor'] }) => (
  <>
    <strong>{actor.user}</strong>
    <span class="quiet"> {[wordFor(messages.roles, actor.role), actor.agency].filter(Boolean).join(', ')}</span>
  </>
)

const outcomeOf = ({ purpose, decision }: Pick<AccessRecord, 'purpose' | 'decision'>) =>
  `${wordFor(messages.purposes, purpose)} · ${decision === 'ALLOWED' ? messages.trace.allowed : messages.trace.denied}`

/** Each call by itself, for an auditor. */
const Record = ({ record }: { record: AccessRecord }) => (
  <li>
    <p>
      <Who actor={record.actor} /> · {outcomeOf(record)}
    </p>
    <p class="quiet">
      <time dateTime={record.at}>{exactTimeInWords(record.at)}</time> · {record.service} · <span class="id">{record.route}</span>
    </p>
  </li>
)

const ownName = ({ actor }: VisitDay) =>
  actor.role === 'participant'
    ? messages.own.yourself
    : [wordFor(messages.agencies, actor.agency ?? ''), actor.user].filter((part) => part !== '').join(', ')

/** What somebody read in a day, for the participant. */
const Visit = ({ day }: { day: VisitDay }) => (
  <li>
    <p>
      <strong>{capitalised(ownName(day))}</strong>
    </p>
    <p>{day.decision === 'ALLOWED' ? wordFor(messages.own.purposes, day.purpose) : messages.own.denied}</p>
    <p class="quiet">
      <time dateTime={day.last}>{instantInWords(day.last)}</time>
      {day.times > 1 && `, ${fill(messages.own.visits, { count: day.times })}`}
    </p>
  </li>
)

/** Who has read a participant's data and why, newest first: for the auditor and for the participant. */
export function AccessPage({ participantId, me }: { participantId: string; me: Me }) {
  const { items, total, error, more } = usePages<AccessRecord>(
    `/api/audit/v1/access-records?participantId=${encodeURIComponent(participantId)}`,
    100,
  )
  const title = me.role === 'participant' ? messages.own.access : messages.trace.accessTitle
  useEffect(() => {
    document.title = `${title} – ${messages.brand}`
  }, [title])
  if (items === undefined) return error === undefined ? <Loading /> : <Failure error={error} retry={more} />
  return (
    <div class="narrow">
      <h1 class="ds-heading" data-size="md">
        {title}
      </h1>
      {me.role === 'participant' && (
        <p>
          <a class="ds-link far-link" href="/">
            {messages.own.back}
          </a>
        </p>
      )}
      {me.role === 'auditor' && (
        <p>
          <a class="ds-link far-link" href={`/participants/${participantId}`}>
            {messages.trace.openPlan}
          </a>
        </p>
      )}
      {items.length === 0 ? (
        <p>{messages.trace.accessEmpty}</p>
      ) : (
        <>
          {me.role !== 'participant' && <p class="quiet">{fill(messages.trace.accessTotal, { shown: items.length, total })}</p>}
          <ol class="plain access">
            {me.role === 'participant'
              ? visitDaysOf(items).map((day) => <Visit key={JSON.stringify([day.actor, day.purpose, day.decision, day.date])} day={day} />)
              : items.map((record) => <Record key={record.correlationId + record.at + record.route} record={record} />)}
          </ol>
          <MoreButton shown={items.length} total={total} error={error} onMore={() => void more()} />
        </>
      )}
    </div>
  )
}
