import { PageOf, PageQuery, pageFrom } from '@samresa/http'
import type { Agency, CallContext } from '@samresa/kernel'
import type { ConflictRequest } from '../../application/conflicts.ts'
import { AcceptAsIsBody, ConflictAnswer, ConflictParams, NothingBody, ParticipantParams, UntilDecidedBody } from './plan.schemas.ts'
import { commandFrom, type PlanningRoutes, readers } from './planning-routes.ts'

const exampleConflict = {
  id: '0b8f6a52-1c6e-8a44-b1d5-8b7f0f3a9e10',
  code: 'TIME_OVERLAP',
  severity: 'high',
  state: 'DETECTED',
  owner: { agency: 'AF', text: { sv: 'AF, med leverantören' } },
  nextStep: { sv: 'Bekräfta att du har sett krocken' },
  measures: ['7d0fb3f2-6c4b-8f0e-9a35-0c8b5e1f2a11', 'c2a1de52-93f1-8d3b-8a0f-5b9c7e6d4f22'],
  occurrences: [{ date: '2026-05-04', start: '09:00', end: '12:00' }],
  explanation: { sv: 'Måndag 4 maj' },
  detectedAt: '2026-04-29T07:12:00.000Z',
  correlationId: '5d1f5c2e-7f5a-4a7e-8d52-4bb0a1f7e9d3',
  masked: false,
}

export function addConflictRoutes({ http, conflicts }: PlanningRoutes): void {
  http.route({
    method: 'GET',
    path: '/v1/participants/:id/conflicts',
    roles: readers,
    summary: 'Krockar i planen / Conflicts of the plan',
    description: 'Open ones first, closed ones too, as the caller may see them. Dates that a conflict is about are all listed.',
    params: ParticipantParams,
    query: PageQuery,
    answers: { 200: PageOf(ConflictAnswer) },
    examples: { answers: { 200: { items: [exampleConflict], page: 1, limit: 20, total: 1 } } },
    subject: ({ params }) => params['id'],
    async handle({ params, query, context }) {
      return { body: pageFrom(await conflicts.list(params.id, context), query) }
    },
  })

  const decide = async (
    participantId: string,
    request: (by: Agency) => ConflictRequest,
    { context, idempotencyKey }: { context: CallContext; idempotencyKey?: string },
  ) => ({ body: await conflicts.decide(participantId, request(context.actor.agency!), commandFrom(context, idempotencyKey)) })

  http.route({
    method: 'POST',
    path: '/v1/participants/:id/conflicts/:cid/acknowledge',
    idempotent: true,
    roles: ['caseworker', 'officer'],
    summary: 'Bekräfta att krocken är sedd / Acknowledge a conflict',
    description: 'Says that the caller’s agency has seen the conflict. Doing it again changes nothing.',
    params: ConflictParams,
    body: NothingBody,
    answers: { 200: ConflictAnswer },
    examples: { body: {}, answers: { 200: { ...exampleConflict, state: 'ACKNOWLEDGED' } } },
    subject: ({ params }) => params['id'],
    handle: ({ params, ...call }) => decide(params.id, (by) => ({ type: 'AcknowledgeConflict', conflictId: params.cid, by }), call),
  })

  http.route({
    method: 'POST',
    path: '/v1/participants/:id/conflicts/:cid/until-decided',
    idempotent: true,
    roles: ['caseworker', 'officer'],
    summary: 'Bestäm vad deltagaren gör tills vidare / Say what the participant does meanwhile',
    description:
      'Said by the conflict’s owner or by the AME caseworker; everyone concerned sees it. `attend` is the measure to go to, one of the conflict’s.',
    params: ConflictParams,
    body: UntilDecidedBody,
    answers: { 200: ConflictAnswer },
    examples: {
      body: { text: 'Gå till arbetsträningen. Båda myndigheterna vet om det.', attend: '7d0fb3f2-6c4b-8f0e-9a35-0c8b5e1f2a11' },
      answers: { 200: { ...exampleConflict, state: 'ACKNOWLEDGED' } },
    },
    subject: ({ params }) => params['id'],
    handle: ({ params, body, ...call }) =>
      decide(params.id, (by) => ({ type: 'SetUntilDecided', conflictId: params.cid, ...body, by }), call),
  })

  http.route({
    method: 'POST',
    path: '/v1/participants/:id/conflicts/:cid/accept-as-is',
    idempotent: true,
    roles: ['caseworker'],
    summary: 'Godta krocken som den är / Accept a conflict as it is',
    description: 'Closes the conflict with a reason, without a change of the plan.',
    params: ConflictParams,
    body: AcceptAsIsBody,
    answers: { 200: ConflictAnswer },
    examples: { body: { reason: 'Deltagaren vill själv ha båda.' }, answers: { 200: { ...exampleConflict, state: 'ACCEPTED_AS_IS' } } },
    subject: ({ params }) => params['id'],
    handle: ({ params, body, ...call }) =>
      decide(params.id, (by) => ({ type: 'AcceptAsIs', conflictId: params.cid, reason: body.reason, by }), call),
  })
}
