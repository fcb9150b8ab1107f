import { Type } from 'typebox'
import { planFor } from '../../application/plan-view.ts'
import { exampleMeasure } from './measure.schemas.ts'
import { ParticipantParams, PlanAnswer, RegionAnswer } from './plan.schemas.ts'
import { entityTag, type PlanningRoutes, readers } from './planning-routes.ts'

const examplePlan = {
  participantId: '3f0c2f7e-58f5-4b5e-9d4a-6a2f1f6d9c01',
  today: '2026-04-28',
  capacity: [{ from: '2026-01-01', hoursPerWeek: 40 }],
  measures: [
    {
      ...exampleMeasure,
      measureId: '7d0fb3f2-6c4b-8f0e-9a35-0c8b5e1f2a11',
      owner: 'AME',
      state: 'AGREED',
      masked: false,
      incomplete: [],
      countsAsLoad: true,
      history: [],
    },
    { weekly: [{ days: ['MO', 'WE'], start: '09:00', end: '12:00' }], from: '2026-05-04', to: '2026-11-03', masked: true },
  ],
}

export function addPlanRoutes({ http, plans, findReader, region }: PlanningRoutes): void {
  http.route({
    method: 'GET',
    path: '/v1/participants/:id/plan',
    roles: readers,
    summary: 'Deltagarens plan / The participant’s plan',
    description:
      'The current plan as the caller may see it. A masked measure tells its times and nothing else. The ETag is what If-Match takes.',
    params: ParticipantParams,
    answers: { 200: PlanAnswer },
    examples: { answers: { 200: examplePlan } },
    subject: ({ params }) => params['id'],
    async handle({ params, context }) {
      const reader = await findReader(context.actor, params.id)
      const { plan, head } = await plans.load(params.id)
      return { body: planFor(reader, plan), headers: entityTag(head.version) }
    },
  })

  http.route({
    method: 'GET',
    path: '/v1/region',
    roles: [...readers, 'operator'],
    summary: 'Kommunens platser och helgdagar / The municipality’s places and holidays',
    description: 'Names of the place codes that measures carry, and the dates on which no weekly occurrence happens.',
    params: Type.Object({}),
    answers: { 200: RegionAnswer },
    examples: { answers: { 200: { municipality: 'Granlunda kommun', places: { LAR: 'Lärcentrum' }, holidays: ['2026-05-01'] } } },
    async handle() {
      const { municipality, places, holidays } = region.facts
      return { body: { municipality, places, holidays } }
    },
  })
}
