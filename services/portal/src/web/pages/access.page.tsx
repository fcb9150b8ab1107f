import { useEffect } from 'preact/hooks'
import { get } from '../api/client.ts'
import type { AccessRecord, Me, Page } from '../api/model.ts'
import { Failure, Loading } from '../parts/page-states.tsx'
import { useLoaded } from '../use-loaded.ts'
import { exactTimeInWords } from '../words/dates.ts'
import { fill, wordFor } from '../words/fill.ts'
import { messages } from '../words/messages.ts'

const Who = ({ actor }: { actor: AccessRecord['actor'] }) => (
  <>
    {actor.user}
    <span class="quiet"> {[wordFor(messages.roles, actor.role), actor.agency].filter(Boolean).join(', ')}</span>
  </>
)

/** Who has read a participant's data and why, newest first: for the auditor and for the participant. */
export function AccessPage({ participantId, me }: { participantId: string; me: Me }) {
  const { value, error, refresh } = useLoaded(
    () => get<Page<AccessRecord>>(`/api/audit/v1/access-records?participantId=${encodeURIComponent(participantId)}&limit=100`),
    [participantId],
  )
  const title = me.role === 'participant' ? messages.own.access : messages.trace.accessTitle
  useEffect(() => {
    document.title = `${title} – ${messages.brand}`
  }, [title])
  if (value === undefined) return error === undefined ? <Loading /> : <Failure error={error} retry={refresh} />
  return (
    <div class="narrow">
      <h1 class="ds-heading" data-size="md">
        {title}
      </h1>
      {me.role === 'auditor' && (
        <p>
          <a class="ds-link far-link" href={`/participants/${participantId}`}>
            {messages.trace.openPlan}
          </a>
        </p>
      )}
      {value.items.length === 0 ? (
        <p>{messages.trace.accessEmpty}</p>
      ) : (
        <>
          <p class="quiet">{fill(messages.trace.accessTotal, { shown: value.items.length, total: value.total })}</p>
          <ol class="plain access">
            {value.items.map((record) => (
              <li key={record.correlationId + record.at}>
                <p>
                  <Who actor={record.actor} />
                </p>
                <p>
                  {wordFor(messages.purposes, record.purpose)} ·{' '}
                  {record.decision === 'ALLOWED' ? messages.trace.allowed : messages.trace.denied}
                </p>
                <p class="quiet">
                  <time dateTime={record.at}>{exactTimeInWords(record.at)}</time> · {record.service}
                </p>
                {me.role === 'auditor' && <p class="quiet id">{record.route}</p>}
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  )
}
