import { type HttpService, PageOf, PageQuery, Word } from '@samresa/http'
import { Type } from 'typebox'
import type { FollowTimeline } from '../../application/follow-timeline.ts'
import type { ReadTimeline } from '../../application/read-timeline.ts'

const readers = ['caseworker', 'officer', 'agency-system', 'participant', 'auditor', 'scenario'] as const

const TimelineItem = Type.Object({
  eventId: Type.String(),
  type: Type.Optional(Type.String({ description: 'Full name of the event type; not when masked.' })),
  occurredAt: Type.String({ description: 'Business time, RFC 3339.' }),
  recordedAt: Type.Optional(Type.String({ description: 'Machine time of the commit; not when masked.' })),
  source: Type.Optional(Type.String({ description: 'The service that told it; not when masked.' })),
  correlationId: Type.Optional(Type.String({ description: 'Not when masked.' })),
  view: Word(['whole', 'masked', 'sealed'], { description: 'Masked: that time is taken and nothing else. Sealed: texts left out.' }),
  title: Type.Object({ sv: Type.String() }),
  data: Type.Unknown({ description: 'The event’s data as the reader may see it.' }),
})

const Page = Type.Object({
  ...PageOf(TimelineItem).properties,
  cursor: Type.String({ description: 'Where the stream goes on from without missing anything: give it as `after`.' }),
})

const item = {
  eventId: '5b0e7a44-0000-4000-8000-000000000001',
  type: 'samresa.planning.v1.AgencyMeasureRecorded',
  occurredAt: '2026-04-29T07:00:00.000Z',
  recordedAt: '2026-04-29T07:00:00.004Z',
  source: 'planning',
  correlationId: '5b0e7a44-0000-4000-8000-000000000002',
  view: 'whole',
  title: { sv: 'Arbetsförmedlingen har anmält Rusta och matcha 2' },
  data: { owner: 'AF', measure: { ref: 'M2.4', title: 'Rusta och matcha 2' } },
}

const streamPath = '/v1/participants/:id/timeline/stream'

/** The shared timeline: read in pages, and followed as it happens. */
export function timelineRoutes(http: HttpService, { read, follow }: { read: ReadTimeline; follow: FollowTimeline }): void {
  http.route({
    method: 'GET',
    path: '/v1/participants/:id/timeline',
    roles: readers,
    summary: 'Tidslinjen / The timeline',
    description:
      'Everything that has happened in the plan, by time, as the reader may see it now. What the reader may not see is not counted.',
    query: Type.Object({ ...PageQuery.properties, order: Type.Optional(Word(['asc', 'desc'], { description: 'asc by default.' })) }),
    answers: { 200: Page },
    examples: { answers: { 200: { items: [item], page: 1, limit: 20, total: 1, cursor: '4.9' } } },
    subject: ({ params }) => params['id'],
    handle: async ({ context, params, query: { page, limit, order = 'asc' } }) => ({
      body: await read(context, params['id']!, { page, limit, order }),
    }),
  })

  http.stream({
    path: streamPath,
    roles: readers,
    summary: 'Följ tidslinjen / Follow the timeline',
    description: 'Server-sent events from now on, or after Last-Event-ID (or `after`: an id of this stream, or the timeline’s cursor).',
    query: Type.Object({ after: Type.Optional(Type.String({ maxLength: 40 })) }),
    events: { timeline: 'An item of the timeline.', expired: 'The token has run out: sign in again.', draining: 'The service stops.' },
    examples: { event: { event: 'timeline', id: '4.9', data: item } },
    subject: ({ params }) => params['id'],
    handle: async ({ context, params, query, lastEventId }) => {
      const participantId = params['id']!
      const following = await follow({ ...context, route: `GET ${streamPath}` }, participantId, lastEventId ?? query.after)
      return async (stream) => {
        for await (const { item, cursor } of following(stream.signal)) await stream.send({ event: 'timeline', id: cursor, data: item })
      }
    },
  })
}
