import { useEffect } from 'preact/hooks'
import { get } from '../api/client.ts'
import type { Page, TraceStep } from '../api/model.ts'
import { Failure, Loading } from '../parts/page-states.tsx'
import { useLoaded } from '../use-loaded.ts'
import { exactTimeInWords } from '../words/dates.ts'
import { eventInWords } from '../words/event-words.ts'
import { fill, wordFor } from '../words/fill.ts'
import { messages } from '../words/messages.ts'

const Step = ({ step }: { step: TraceStep }) => (
  <li data-step={step.step} data-testid={`step-${step.step}`}>
    <p class="step-name">
      {wordFor(messages.trace.steps, step.step)}
      {step.to !== undefined && step.to !== '' && ` ${fill(messages.trace.to, { to: step.to })}`}
    </p>
    <p>
      {eventInWords(step.type)} · {messages.trace.service.toLowerCase()} {step.service}
    </p>
    <p class="quiet">
      <time dateTime={step.at}>{exactTimeInWords(step.at)}</time>
    </p>
    <p class="quiet id">
      {messages.trace.event} {step.eventId}
    </p>
  </li>
)

/** One correlation from the call to its deliveries, in order. */
export function TracePage({ correlationId }: { correlationId: string }) {
  const { value, error, refresh } = useLoaded(
    () => get<Page<TraceStep>>(`/api/audit/v1/traces/${encodeURIComponent(correlationId)}?limit=200`),
    [correlationId],
  )
  useEffect(() => {
    document.title = `${messages.trace.title} – ${messages.brand}`
  }, [])
  if (value === undefined) return error === undefined ? <Loading /> : <Failure error={error} retry={refresh} />
  return (
    <div class="narrow">
      <h1 class="ds-heading" data-size="md">
        {messages.trace.title}
      </h1>
      <p class="id">{correlationId}</p>
      <p>{messages.trace.intro}</p>
      {value.items.length === 0 ? (
        <p>{messages.trace.empty}</p>
      ) : (
        <ol class="trace">
          {value.items.map((step) => (
            <Step key={`${step.at}${step.step}${step.eventId}${step.to ?? ''}`} step={step} />
          ))}
        </ol>
      )}
    </div>
  )
}
