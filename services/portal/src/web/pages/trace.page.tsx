import { useEffect } from 'preact/hooks'
import type { TraceStep } from '../api/model.ts'
import { MoreButton } from '../parts/more-button.tsx'
import { Failure, Loading } from '../parts/page-states.tsx'
import { usePages } from '../use-pages.ts'
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
  const { items, total, error, more } = usePages<TraceStep>(`/api/audit/v1/traces/${encodeURIComponent(correlationId)}?`, 200)
  useEffect(() => {
    document.title = `${messages.trace.title} – ${messages.brand}`
  }, [])
  if (items === undefined) return error === undefined ? <Loading /> : <Failure error={error} retry={more} />
  return (
    <div class="narrow">
      <h1 class="ds-heading" data-size="md">
        {messages.trace.title}
      </h1>
      <p class="id">{correlationId}</p>
      <p>{messages.trace.intro}</p>
      {items.length === 0 ? (
        <p>{messages.trace.empty}</p>
      ) : (
        <ol class="trace">
          {items.map((step) => (
            <Step key={`${step.at}${step.step}${step.eventId}${step.to ?? ''}`} step={step} />
          ))}
        </ol>
      )}
      <MoreButton shown={items.length} total={total} error={error} onMore={() => void more()} />
    </div>
  )
}
