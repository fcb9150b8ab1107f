import type { Agency } from '@samresa/kernel'
import { AddMeasureBody, ChangeMeasureBody, exampleMeasure, MeasureIdParams, MeasureWritten } from './measure.schemas.ts'
import { measureFromBody } from './measure-body.ts'
import { ParticipantParams } from './plan.schemas.ts'
import { commandFrom, entityTag, type PlanningRoutes } from './planning-routes.ts'

const exampleAnswer = { measureId: '7d0fb3f2-6c4b-8f0e-9a35-0c8b5e1f2a11', version: '1' }

export function addMeasureRoutes({ http, measures }: PlanningRoutes): void {
  http.route({
    method: 'POST',
    path: '/v1/participants/:id/measures',
    idempotent: true,
    roles: ['caseworker'],
    summary: 'Lägg in en insats i planen / Enter a measure into the plan',
    description:
      'The municipality enters a measure, its own or on the behalf of an agency. The agency is one of the participant’s; VUX, CIVIL, REGION and SOC need not be. A clash never refuses it: conflicts follow. Entered, it is version 1. purpose and leadsTo are required for AME’s own measures.',
    params: ParticipantParams,
    body: AddMeasureBody,
    answers: { 201: MeasureWritten },
    examples: { body: { owner: 'AME', measure: exampleMeasure, agreed: true }, answers: { 201: exampleAnswer } },
    subject: ({ params }) => params['id'],
    async handle({ params, body, context, idempotencyKey }) {
      const entry = { owner: body.owner as Agency, measure: measureFromBody(body.measure), agreed: body.agreed ?? true }
      const { measureId, version, planVersion } = await measures.enter(params.id, entry, commandFrom(context, idempotencyKey))
      return { status: 201, body: { measureId, version }, headers: entityTag(planVersion) }
    },
  })

  http.route({
    method: 'PUT',
    path: '/v1/participants/:id/measures/:mid',
    idempotent: true,
    roles: ['caseworker'],
    summary: 'Ändra en insats / Change a measure',
    description:
      'Replaces the measure as a whole by a new version. If-Match carries the ETag of the plan that the change was made from, or * for whichever it is. A measure that AF, FK or EB has reported is changed by its own reports or by an accepted proposal: 409 NOT_YOURS.',
    params: MeasureIdParams,
    body: ChangeMeasureBody,
    answers: { 200: MeasureWritten },
    examples: { body: { measure: exampleMeasure }, answers: { 200: { ...exampleAnswer, version: '2' } } },
    requiresIfMatch: true,
    subject: ({ params }) => params['id'],
    async handle({ params, body, context, idempotencyKey, ifMatch }) {
      const edit = { measureId: params.mid, measure: measureFromBody(body.measure), planVersion: ifMatch! }
      const { measureId, version, planVersion } = await measures.change(params.id, edit, commandFrom(context, idempotencyKey))
      return { body: { measureId, version }, headers: entityTag(planVersion) }
    },
  })
}
