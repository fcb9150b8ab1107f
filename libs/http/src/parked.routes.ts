import { notFound, RejectionError } from '@samresa/kernel'
import { Type } from 'typebox'
import type { HttpService } from './http-service.ts'
import { PageOf, PageQuery, pageFrom } from './paging.ts'
import { Word } from './route.ts'

/** Streams that a service's consumers have set aside, each until a person decides. The id tells nothing about whom the stream concerns. */
export interface ParkedDesk {
  list(): Promise<readonly ParkedEntry[]>
  /** False when nothing is parked under the id. */
  retry(id: string): Promise<boolean>
  skip(id: string, reason: string, by: string): Promise<boolean>
}

interface ParkedEntry {
  id: string
  consumer: string
  source: string
  stream: string
  /** The number of the event in its stream. */
  fromVersion: number
  reason: string
  at: string
  decision?: { as: 'retry' | 'skip' }
}

const decisions = { retry: 'RETRY', skip: 'SKIP' } as const
const Decision = Word(Object.values(decisions), { description: 'What an operator has decided, until it is carried out.' })

const Parked = Type.Object({
  id: Type.String({ description: 'Decide about it under this id.' }),
  consumer: Type.String({ description: 'Who could not handle the event.' }),
  source: Type.String({ description: 'The service that told it.' }),
  version: Type.Integer({ description: 'The number of the event in its stream; what follows in that stream waits behind it.' }),
  reason: Type.String(),
  at: Type.String({ description: 'When it was set aside.' }),
  decision: Type.Optional(Decision),
})
const Decided = Type.Object(
  { id: Type.String(), decision: Decision },
  { description: 'Decided; carried out at once, and listed until then.' },
)
const Reason = Type.Object({
  reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', description: 'Why; kept. No names, no numbers.' }),
})

const id = '0197a000-0000-7000-8000-000000000001'
const example = {
  id,
  consumer: 'timeline-v1',
  source: 'planning',
  version: 7,
  reason: 'The projection failed: TypeError',
  at: '2026-04-29T07:00:01.240Z',
}
const roles = ['operator'] as const

/** Adds the addresses where an operator sees what the service could not handle, and decides about it. They answer without personal data. */
export function addParkedRoutes(http: HttpService, desk: ParkedDesk): void {
  http.route({
    method: 'GET',
    path: '/v1/parked',
    roles,
    summary: 'Det som inte kunde hanteras / What could not be handled',
    description: 'Streams set aside: an event could not be handled, and only what follows it in its own stream waits.',
    query: PageQuery,
    answers: { 200: PageOf(Parked) },
    examples: { answers: { 200: { items: [example], page: 1, limit: 20, total: 1 } } },
    handle: async ({ query }) => {
      const { items, ...page } = pageFrom(await desk.list(), query)
      return { body: { ...page, items: items.map(shown) } }
    },
  })
  http.route({
    method: 'POST',
    path: '/v1/parked/:id/retry',
    roles,
    summary: 'Försök igen / Try again',
    description: 'The event is handled again, then what waits behind it. If it fails again, it is set aside again.',
    answers: { 202: Decided },
    examples: { answers: { 202: { id, decision: decisions.retry } } },
    handle: async ({ params }) => answer(params['id']!, 'retry', await desk.retry(params['id']!)),
  })
  http.route({
    method: 'POST',
    path: '/v1/parked/:id/skip',
    roles,
    summary: 'Hoppa över / Leave out',
    description:
      'The event is left out here for good, and what waits behind it is handled. The reason and the name of the operator are kept.',
    body: Reason,
    answers: { 202: Decided },
    examples: { body: { reason: 'Skickad av misstag; rättad i nästa.' }, answers: { 202: { id, decision: decisions.skip } } },
    handle: async ({ params, body, context }) =>
      answer(params['id']!, 'skip', await desk.skip(params['id']!, body.reason, context.actor.user)),
  })
}

const shown = ({ id, consumer, source, fromVersion, reason, at, decision }: ParkedEntry) => ({
  id,
  consumer,
  source,
  version: fromVersion,
  reason,
  at,
  ...(decision === undefined ? {} : { decision: decisions[decision.as] }),
})

function answer(id: string, decision: keyof typeof decisions, found: boolean) {
  if (!found) throw new RejectionError(notFound())
  return { status: 202, body: { id, decision: decisions[decision] } }
}
