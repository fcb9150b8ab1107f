import { type HttpService, offsetOf, PageQuery, pageFrom } from '@samresa/http'
import type { createReadEvidence } from '../../application/read-evidence.ts'
import { AccessRecordPage, AccessRecordQuery, TracePage } from './evidence.schemas.ts'

const exampleIds = {
  correlationId: '9c6c1b7a-7b5c-4d8e-9a53-0f1f6c1b7a10',
  participantId: '1f6c1b7a-7b5c-4d8e-9a53-0f1f6c1b7a10',
  eventId: '3a6c1b7a-7b5c-4d8e-9a53-0f1f6c1b7a10',
}

const exampleTrace = {
  items: [
    {
      at: '2026-04-29T07:00:01.240Z',
      service: 'agency-sync',
      step: 'RECEIVED',
      type: 'samresa.agency.v1.MeasureReported',
      eventId: exampleIds.eventId,
    },
    {
      at: '2026-04-29T07:00:01.250Z',
      service: 'agency-sync',
      step: 'COMMITTED',
      type: 'samresa.agency.v1.MeasureReported',
      eventId: exampleIds.eventId,
    },
  ],
  page: 1,
  limit: 20,
  total: 2,
}

const exampleAccess = {
  items: [
    {
      at: '2026-04-29T07:00:01.250Z',
      actor: { user: 'anna', agency: 'AME', role: 'caseworker' },
      participantId: exampleIds.participantId,
      service: 'planning',
      route: 'GET /v1/participants/:id/plan',
      purpose: 'planning',
      decision: 'ALLOWED',
      correlationId: exampleIds.correlationId,
    },
  ],
  page: 1,
  limit: 20,
  total: 1,
}

/** What happened, and who has looked: both leave a record of their own. */
export function addEvidenceRoutes(http: HttpService, { trace, accessRecords }: ReturnType<typeof createReadEvidence>): void {
  http.route({
    method: 'GET',
    path: '/v1/traces/:correlationId',
    roles: ['auditor'],
    summary: 'Följ ett ärendes väg / Follow one call through the services',
    description: 'From the agency’s call to the timeline row and the deliveries, in order of time.',
    query: PageQuery,
    answers: { 200: TracePage },
    examples: { answers: { 200: exampleTrace } },
    handle: async ({ params, query }) => {
      const steps = await trace(params['correlationId']!)
      const participants = new Set(steps.map(({ participantId }) => participantId).filter((id) => id !== ''))
      return { body: pageFrom(steps, query), subjects: [...participants] }
    },
  })

  http.route({
    method: 'GET',
    path: '/v1/access-records',
    roles: ['auditor', 'participant'],
    summary: 'Vem har läst om deltagaren / Who has read about the participant',
    description: 'Newest first. Participants see who has read about themselves.',
    query: AccessRecordQuery,
    subject: ({ query }) => (typeof query['participantId'] === 'string' ? query['participantId'] : undefined),
    answers: { 200: AccessRecordPage },
    examples: { answers: { 200: exampleAccess } },
    handle: async ({ query, context }) => {
      const { page, limit } = query
      const { items, total } = await accessRecords(query.participantId, { offset: offsetOf(query), limit }, context)
      return { body: { items, page, limit, total } }
    },
  })
}
