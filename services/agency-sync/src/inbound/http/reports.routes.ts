import type { gateway } from '@samresa/contracts'
import type { HttpService } from '@samresa/http'
import { type MachineClock, RejectionError, reject, timestamp } from '@samresa/kernel'
import type { Static } from 'typebox'
import type { RecordDenied } from '../../application/denied-calls.ts'
import type { createReportMeasure, Person } from '../../application/report-measure.ts'
import { receiptAnswerFrom } from '../messages.mapper.ts'
import { ReceiptAnswer, ReportBody } from './reports.schemas.ts'

const exampleReport = {
  agency: 'AF',
  messageId: '7d0c1f8e-7b5c-4d8e-9a53-0f1f6c1b7a10',
  personalNumber: '19780903-2399',
  measure: {
    ref: 'M2.4',
    version: '1',
    title: 'Rusta och matcha 2',
    areas: ['job'],
    place: 'STO',
    weekly: [{ days: ['MO', 'WE'], start: '09:00', end: '12:00' }],
    from: '2026-05-04',
    to: '2026-11-03',
    purpose: 'Hitta arbete med stöd av en leverantör',
    leadsTo: 'Arbete',
    language: 'sv',
    delivery: 'on-site',
  },
  decidedAt: '2026-04-29T09:00:00+02:00',
  channel: 'PHONE',
}

const exampleReceipt = {
  receipt: {
    receiptId: 'b7a7a1f2-0e5e-4a53-8c9a-5c6c2f7a9a01',
    messageId: exampleReport.messageId,
    result: 'ACCEPTED',
    participantId: '1f6c1b7a-7b5c-4d8e-9a53-0f1f6c1b7a10',
    measureId: '2a6c1b7a-7b5c-8d8e-9a53-0f1f6c1b7a10',
    recordedAt: '2026-04-29T07:00:01.250Z',
    correlationId: '9c6c1b7a-7b5c-4d8e-9a53-0f1f6c1b7a10',
  },
}

const route = 'POST /v1/reports'

/** Reports on an agency's behalf, by those who have its decision in hand. */
export function addReportsRoutes(
  http: HttpService,
  {
    reportMeasure,
    recordDenied,
    machineClock,
  }: { reportMeasure: ReturnType<typeof createReportMeasure>; recordDenied: RecordDenied; machineClock: MachineClock },
): void {
  http.route({
    method: 'POST',
    path: '/v1/reports',
    roles: ['caseworker', 'officer'],
    summary: 'Anmäl en myndighets beslut / Report an agency’s decision',
    description:
      'A caseworker reports for any agency, an officer for the officer’s own. The receipt means: committed; a conflict follows as an event.',
    body: ReportBody,
    answers: { 200: ReceiptAnswer },
    examples: { body: exampleReport, answers: { 200: exampleReceipt } },
    handle: async ({ body, context }) => {
      const { agency, messageId, decidedAt, channel = 'REST' } = body
      const person = personOf(body)
      if (context.actor.role === 'officer' && context.actor.agency !== agency) {
        await recordDenied(context, route, { person })
        throw new RejectionError(reject('forbidden', 'FORBIDDEN', 'Report for your own agency.'))
      }
      const { receipt, participantId } = await reportMeasure(
        {
          agency,
          messageId,
          person,
          measure: measureFrom(body.measure),
          decidedAt,
          channel: `CHANNEL_${channel}`,
          receivedAt: timestamp(machineClock.now()),
          route,
        },
        context,
      )
      return { body: { receipt: receiptAnswerFrom(receipt) }, ...(participantId === undefined ? {} : { subjects: [participantId] }) }
    },
  })
}

const measureFrom = ({ version, ...measure }: Static<typeof ReportBody>['measure']): gateway.MeasureJson => ({
  ...measure,
  ...(version === undefined ? {} : { version: String(version) }),
})

/** Whom the report names. Two names could be of two people, and the decision of one be recorded for the other. */
function personOf({
  personalNumber = '',
  participantId = '',
}: Pick<Static<typeof ReportBody>, 'personalNumber' | 'participantId'>): Person {
  if ((personalNumber === '') === (participantId === '')) {
    const detail = 'Name the person by exactly one of personalNumber and participantId.'
    throw new RejectionError(reject('invalid', 'INVALID_FIELD', detail, [{ pointer: '/personalNumber', detail }]))
  }
  return personalNumber === '' ? { participantId } : { personalNumber }
}
