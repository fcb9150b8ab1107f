import { Word } from '@samresa/http'
import { agencies } from '@samresa/kernel'
import { Type } from 'typebox'

/** Shapes only: what a measure must say is decided with the report, and answered with a receipt. */
const Text = (description: string) => Type.Optional(Type.String({ description }))

export const MeasureBody = Type.Object(
  {
    ref: Text('The agency’s own id; (agency, ref) identifies the measure.'),
    version: Type.Optional(
      Type.Union([Type.String(), Type.Integer({ maximum: Number.MAX_SAFE_INTEGER })], {
        description: 'From 1 on; higher for each new decision. A number past 2^53 - 1 is told as text.',
      }),
    ),
    title: Text('Sealed when stored.'),
    areas: Type.Optional(Type.Array(Type.String(), { description: 'The first is the main one: social, health, job, competence.' })),
    place: Text('A place code of the region.'),
    weekly: Type.Optional(
      Type.Array(
        Type.Object({
          days: Type.Optional(Type.Array(Type.String(), { description: 'MO TU WE TH FR SA SU' })),
          start: Text('HH:MM, local time'),
          end: Text('HH:MM, local time; not part of the row'),
        }),
      ),
    ),
    from: Text('First day, YYYY-MM-DD.'),
    to: Text('Last day, inclusive; without it open-ended.'),
    hoursPerWeek: Type.Optional(Type.Number({ description: 'Instead of weekly, for self-paced measures.' })),
    purpose: Text('Sealed when stored.'),
    leadsTo: Text('Sealed when stored.'),
    language: Text('Language of the measure.'),
    delivery: Text('on-site or digital'),
    programme: Text('The programme it belongs to.'),
    requires: Type.Optional(Type.Array(Type.String())),
    countsAsLoad: Type.Optional(Type.Boolean({ description: 'Absent: true.' })),
  },
  { description: 'What the agency has decided.' },
)

export const channelWords = ['GRPC', 'REST', 'SDK', 'PHONE', 'PAPER'] as const

export const ReportBody = Type.Object({
  agency: Word(agencies, { description: 'Whose decision it is.' }),
  messageId: Type.String({ description: 'Unique per agency; the same id and content gives the first receipt again.' }),
  personalNumber: Text('Twelve digits, with or without dash. This or participantId.'),
  participantId: Text('This or personalNumber.'),
  measure: MeasureBody,
  decidedAt: Type.String({ description: 'RFC 3339.' }),
  channel: Type.Optional(Word(channelWords, { description: 'How the decision came to the caseworker; REST when absent.' })),
})

export const ReceiptAnswer = Type.Object(
  {
    receipt: Type.Object({
      receiptId: Type.String(),
      messageId: Type.String(),
      result: Word(['ACCEPTED', 'UNCHANGED', 'REJECTED']),
      code: Type.Optional(Type.String({ description: 'Why it was rejected.' })),
      field: Type.Optional(Type.String({ description: 'RFC 6901 pointer to the faulty field.' })),
      participantId: Type.Optional(Type.String()),
      measureId: Type.Optional(Type.String()),
      recordedAt: Type.String(),
      correlationId: Type.String(),
    }),
  },
  { description: 'The receipt: committed. A rejection is a receipt too.' },
)
