import { PageOf, PageQuery, pageFrom } from '@samresa/http'
import type { ProposalAnswer as Answer } from '../../domain/commands.ts'
import { changeFromBody } from './measure-body.ts'
import {
  ParticipantParams,
  PreviewAnswer,
  PreviewBody,
  ProposalAnswer,
  ProposalBody,
  ProposalParams,
  ResponseBody,
} from './plan.schemas.ts'
import { commandFrom, type PlanningRoutes, readers } from './planning-routes.ts'

const exampleChange = {
  measureId: 'c2a1de52-93f1-8d3b-8a0f-5b9c7e6d4f22',
  weekly: [{ days: ['FR'], start: '13:00', end: '16:00' }],
  from: '2026-05-22',
  to: '2026-11-06',
}
const examplePreview = {
  caused: [],
  cured: ['0b8f6a52-1c6e-8a44-b1d5-8b7f0f3a9e10'],
  remaining: [],
  hoursPerWeek: [{ week: '2026-W21', hours: 34.5, capacity: 40 }],
  sessionsLost: [{ measureId: exampleChange.measureId, sessions: 27 }],
}
const exampleProposal = {
  id: '9f6d2b1e-0f8a-4c3d-a5b7-1d2e3f4a5b6c',
  conflictId: '0b8f6a52-1c6e-8a44-b1d5-8b7f0f3a9e10',
  state: 'OPEN',
  reason: 'Så kan han gå klart arbetsträningen.',
  options: [
    {
      id: 'b7c8d9e0-1f2a-4b3c-8d4e-5f6a7b8c9d0e',
      label: 'Fredag 13–16',
      changes: [exampleChange],
      accepters: ['AF'],
      preview: examplePreview,
    },
  ],
  answers: [],
  sentAt: '2026-05-06T08:00:00.000Z',
}

export function addProposalRoutes({ http, proposals }: PlanningRoutes): void {
  http.route({
    method: 'POST',
    path: '/v1/participants/:id/proposals/preview',
    roles: ['caseworker', 'officer'],
    summary: 'Se vad en ändring skulle lämna kvar / See what changes would leave',
    description:
      'Findings that the changes would cause, cure and leave, hours a week against the capacity, and sessions lost. Nothing is stored.',
    params: ParticipantParams,
    body: PreviewBody,
    answers: { 200: PreviewAnswer },
    examples: { body: { changes: [exampleChange] }, answers: { 200: examplePreview } },
    subject: ({ params }) => params['id'],
    async handle({ params, body, context }) {
      return { body: await proposals.preview(params.id, body.changes.map(changeFromBody), context) }
    },
  })

  http.route({
    method: 'GET',
    path: '/v1/participants/:id/proposals',
    roles: readers,
    summary: 'Förslag och svar / Proposals and answers',
    description: 'The newest first, as the caller may see them.',
    params: ParticipantParams,
    query: PageQuery,
    answers: { 200: PageOf(ProposalAnswer) },
    examples: { answers: { 200: { items: [exampleProposal], page: 1, limit: 20, total: 1 } } },
    subject: ({ params }) => params['id'],
    async handle({ params, query, context }) {
      return { body: pageFrom(await proposals.list(params.id, context), query) }
    },
  })

  http.route({
    method: 'POST',
    path: '/v1/participants/:id/proposals',
    idempotent: true,
    roles: ['caseworker'],
    summary: 'Skicka ett förslag / Send a proposal',
    description:
      'One to five options to resolve a conflict. The agencies whose measures an option changes must accept it; the participant is heard.',
    params: ParticipantParams,
    body: ProposalBody,
    answers: { 201: ProposalAnswer },
    examples: {
      body: {
        conflictId: exampleProposal.conflictId,
        options: [{ label: 'Fredag 13–16', changes: [exampleChange] }],
        reason: exampleProposal.reason,
      },
      answers: { 201: exampleProposal },
    },
    subject: ({ params }) => params['id'],
    async handle({ params, body, context, idempotencyKey }) {
      const { conflictId, reason } = body
      const options = body.options.map(({ label, changes }) => ({ label, changes: changes.map(changeFromBody) }))
      const sent = await proposals.send(params.id, { conflictId, options, reason }, commandFrom(context, idempotencyKey))
      return { status: 201, body: sent }
    },
  })

  http.route({
    method: 'POST',
    path: '/v1/participants/:id/proposals/:pid/responses',
    idempotent: true,
    roles: ['caseworker', 'officer', 'participant', 'agency-system'],
    summary: 'Svara på ett förslag / Answer a proposal',
    description:
      'Agencies and officers: ACCEPT, DECLINE, or COUNTER with changes; the caseworker too, for an option that only AME has to accept. The participant: WORKS, ANOTHER_TIME or CANNOT, which is heard and does not decide.',
    params: ProposalParams,
    body: ResponseBody,
    answers: { 200: ProposalAnswer },
    examples: {
      body: { optionId: exampleProposal.options[0]!.id, answer: 'ACCEPT' },
      answers: { 200: { ...exampleProposal, state: 'ACCEPTED' } },
    },
    subject: ({ params }) => params['id'],
    async handle({ params, body, context, idempotencyKey }) {
      const { answer, optionId, reason, changes } = body
      const given = {
        proposalId: params.pid,
        answer: answer as Answer,
        ...(optionId !== undefined && { optionId }),
        ...(reason !== undefined && { reason }),
        ...(changes !== undefined && { counter: changes.map(changeFromBody) }),
      }
      return { body: await proposals.answer(params.id, given, commandFrom(context, idempotencyKey)) }
    },
  })
}
