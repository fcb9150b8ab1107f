import type { access, EventType } from '@samresa/contracts'

/** The way of one call through the services, in this order when the times are the same. */
export const traceSteps = ['RECEIVED', 'COMMITTED', 'TIMELINE', 'DELIVERED'] as const
export type TraceStepName = (typeof traceSteps)[number]

export interface TraceStep {
  /** Machine clock, RFC 3339. */
  at: string
  service: string
  step: TraceStepName
  /** Full name of the event's type. */
  type: string
  eventId: string
  participantId: string
  /** DELIVERED: agency or user. */
  to?: string
}

/** What a trace needs of an event record. */
export interface TracedRecord {
  id: string
  type: string
  source: string
  subject: string
  correlationId: string
  at: string
  data: unknown
}

const accessRecorded: EventType = 'samresa.access.v1.AccessRecorded'

/** The steps that an event proves, each under the correlation it belongs to. */
export function stepsOf(record: TracedRecord): { correlationId: string; step: TraceStep }[] {
  const { id, type, source, subject, correlationId, at } = record
  if (type === accessRecorded) return deliveriesOf(record)
  const about = { service: source, type, eventId: id, participantId: subject }
  const committed = { correlationId, step: { at, ...about, step: 'COMMITTED' as const } }
  const { receivedAt } = record.data as { receivedAt?: string }
  return receivedAt === undefined ? [committed] : [{ correlationId, step: { at: receivedAt, ...about, step: 'RECEIVED' } }, committed]
}

function deliveriesOf({ source, subject, data }: TracedRecord): { correlationId: string; step: TraceStep }[] {
  const { at, deliveries = [] } = data as access.AccessRecordedJson
  return deliveries.map(({ eventId, type, correlationId, to }) => ({
    correlationId: correlationId!,
    step: {
      at: at!,
      service: source,
      step: 'DELIVERED',
      type: type!,
      eventId: eventId!,
      participantId: subject,
      ...(to === undefined ? {} : { to }),
    },
  }))
}

const sameStep = ({ at, step, eventId, to }: TraceStep): string => `${at}|${step}|${eventId}|${to ?? ''}`

/** The steps in order, each once: by time, then by the way things go, then by event. */
export function orderedSteps(steps: readonly TraceStep[]): TraceStep[] {
  const once = new Map(steps.map((step) => [sameStep(step), step]))
  return [...once.values()].sort(
    (a, b) =>
      compare(a.at, b.at) ||
      traceSteps.indexOf(a.step) - traceSteps.indexOf(b.step) ||
      compare(a.eventId, b.eventId) ||
      compare(a.to ?? '', b.to ?? ''),
  )
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
