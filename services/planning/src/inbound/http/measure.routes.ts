import { type Agency, measureIdFrom, notFound, RejectionError, reject } from '@samresa/kernel'
import { factsForReader } from '../../application/readers.ts'
import type { PlanEvent } from '../../domain/plan.ts'
import { AddMeasureBody, ChangeMeasureBody, exampleMeasure, MeasureIdParams, MeasureWritten } from './measure.schemas.ts'
import { measureFromBody } from './measure-body.ts'
import { ParticipantParams } from './plan.schemas.ts'
import { commandIdFrom, entityTag, type PlanningRoutes } from './planning-routes.ts'

const exampleAnswer = { measureId: '7d0fb3f2-6c4b-8f0e-9a35-0c8b5e1f2a11', version: '1' }

/** The measure that a decision wrote, also when the decision was made by an earlier call with the same key. */
function writtenMeasure(events: PlanEvent[], measureId: string) {
  for (const event of events) {
    if (event.type === 'samresa.planning.v1.MeasureAdded' || event.type === 'samresa.planning.v1.MeasureChanged') {
      return { measureId: event.data.measureId!, version: String(event.data.measure?.version) }
    }
  }
  return { measureId, version: undefined }
}

export function addMeasureRoutes({ http, plans, commits, directory }: PlanningRoutes): void {
  http.route({
    method: 'POST',
    path: '/v1/participants/:id/measures',
    roles: ['caseworker'],
    summary: 'Lägg in en insats i planen / Enter a measure into the plan',
    description:
      'The municipality enters a measure, its own or on the behalf of an agency. A clash never refuses it: conflicts follow. purpose and leadsTo are required for AME’s own measures.',
    params: ParticipantParams,
    body: AddMeasureBody,
    answers: { 201: MeasureWritten },
    examples: { body: { owner: 'AME', measure: exampleMeasure, agreed: true }, answers: { 201: exampleAnswer } },
    subject: ({ params }) => params['id'],
    async handle({ params, body, context, idempotencyKey }) {
      await factsForReader(directory, context.actor, params.id)
      const owner = body.owner as Agency
      const measureId = measureIdFrom(params.id, owner, body.measure.ref)
      const { events, head } = await plans.execute(
        params.id,
        { type: 'AddMeasure', measureId, owner, measure: measureFromBody(body.measure), agreed: body.agreed ?? true },
        { ...context, commandId: commandIdFrom(context, idempotencyKey) },
      )
      return { status: 201, body: writtenMeasure(events, measureId), headers: entityTag(head.version) }
    },
  })

  http.route({
    method: 'PUT',
    path: '/v1/participants/:id/measures/:mid',
    roles: ['caseworker'],
    summary: 'Ändra en insats / Change a measure',
    description:
      'Replaces the measure as a whole by a new version. If-Match carries the ETag of the plan that the change was made from. Measures that AF, FK or EB have decided are changed by their own reports or by an accepted proposal.',
    params: MeasureIdParams,
    body: ChangeMeasureBody,
    answers: { 200: MeasureWritten },
    examples: { body: { measure: exampleMeasure }, answers: { 200: { ...exampleAnswer, version: '2' } } },
    requiresIfMatch: true,
    subject: ({ params }) => params['id'],
    async handle({ params, body, context, idempotencyKey, ifMatch }) {
      await factsForReader(directory, context.actor, params.id)
      const { plan, head } = await plans.load(params.id)
      const measure = plan.measures.get(params.mid)
      if (measure === undefined) throw new RejectionError(notFound())
      const commandId = commandIdFrom(context, idempotencyKey)
      // A repeated call carries the tag of before its own change; it is answered as the first one was.
      const repeated = idempotencyKey !== undefined && (await commits.findCommit(commandId)) !== undefined
      if (!repeated && ifMatch !== String(head.version)) {
        throw new RejectionError(reject('stale', 'STALE', 'The plan has changed since you read it: read it again and repeat your change.'))
      }
      const done = await plans.execute(
        params.id,
        { type: 'ChangeMeasure', measureId: params.mid, measure: measureFromBody(body.measure), expectedVersion: measure.version },
        { ...context, commandId },
      )
      return { body: writtenMeasure(done.events, params.mid), headers: entityTag(done.head.version) }
    },
  })
}
