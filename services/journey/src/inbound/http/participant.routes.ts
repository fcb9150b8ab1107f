import type { AccessLog } from '@samresa/access-log'
import { type HttpService, PageQuery } from '@samresa/http'
import type { DescribeParticipants } from '../../application/describe-participants.ts'
import type { EnrolParticipant } from '../../application/enrol-participant.ts'
import { commandFrom } from './command-id.ts'
import { Enrolled, Enrolment, Participant, ParticipantPage, Search } from './participant.schemas.ts'

const participantId = '0f0a4c1e-5a76-4c53-9a3f-6a1f0c1d2e3f'
const line = { participantId, name: 'Yonas Tesfay', agencies: ['AME', 'AF', 'FK', 'EB'] }
const consent = { consentId: '7d1c2b3a-0000-4000-8000-000000000001', between: ['AME', 'AF'], from: '2025-11-03', except: [] }
const page = { items: [line], page: 1, limit: 20, total: 1 }

/** Who the participants are: enrolment, search by the whole number, own list, one participant. */
export function participantRoutes(
  http: HttpService,
  { enrol, describe, accessLog }: { enrol: EnrolParticipant; describe: DescribeParticipants; accessLog: AccessLog },
): void {
  http.route({
    method: 'POST',
    path: '/v1/participants',
    idempotent: true,
    roles: ['caseworker'],
    summary: 'Skriv in en deltagare / Enrol a participant',
    description:
      'The calling caseworker becomes the participant’s caseworker. A person who is enrolled already gives 409 ALREADY_ENROLLED.',
    body: Enrolment,
    answers: { 201: Enrolled },
    examples: {
      body: {
        name: 'Yonas Tesfay',
        personalNumber: '197809032399',
        phone: '+46701740606',
        languages: ['ti'],
        agencies: line.agencies,
        capacity: [{ from: '2026-01-01', hoursPerWeek: 40 }],
        consents: [{ between: consent.between, from: consent.from }],
      },
      answers: { 201: { participantId, agencies: line.agencies, consents: [consent] } },
    },
    handle: async (call) => {
      const enrolled = await enrol(call.body, { ...commandFrom(call), route: 'POST /v1/participants' })
      return { status: 201, body: enrolled, subjects: [enrolled.participantId] }
    },
  })

  http.route({
    method: 'GET',
    path: '/v1/participants',
    roles: ['caseworker'],
    summary: 'Mina deltagare / My participants',
    description: 'The participants that the calling caseworker is caseworker of, in the order they were enrolled.',
    query: PageQuery,
    answers: { 200: ParticipantPage },
    examples: { answers: { 200: page } },
    handle: async ({ context, query }) => {
      const found = await describe.caseload(context, query)
      return { body: found, subjects: found.items.map((item) => item.participantId) }
    },
  })

  http.route({
    method: 'POST',
    path: '/v1/participants/search',
    roles: ['caseworker', 'officer'],
    summary: 'Sök på personnummer / Search by personal number',
    description: 'Finds the person with exactly this number, among those the caller has to do with: a list of none or one.',
    body: Search,
    answers: { 200: ParticipantPage },
    examples: { body: { personalNumber: '19780903-2399' }, answers: { 200: page } },
    handle: async ({ context, body }) => {
      const { found, denied } = await describe.search(context, body.personalNumber)
      const items = found === undefined ? [] : [found]
      if (denied !== undefined) {
        await accessLog.record({ ...context, participantId: denied, route: 'POST /v1/participants/search', decision: 'DENIED' })
      }
      return { body: { items, page: 1, limit: 20, total: items.length }, subjects: items.map((item) => item.participantId) }
    },
  })

  http.route({
    method: 'GET',
    path: '/v1/participants/:id',
    roles: ['caseworker', 'officer', 'participant', 'scenario'],
    summary: 'En deltagare / One participant',
    description:
      'Telephone and personal number go to the caseworker and the participant, the name too when the identity is protected; an officer sees the consents of the own agency.',
    answers: { 200: Participant },
    examples: { answers: { 200: { ...line, languages: ['ti'], consents: [consent] } } },
    subject: ({ params }) => params['id'],
    handle: async ({ context, params }) => ({ body: await describe.describe(context, params['id']!) }),
  })
}
