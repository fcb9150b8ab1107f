import { PageOf, PageQuery, Word } from '@samresa/http'
import { Type } from 'typebox'
import { traceSteps } from '../../application/trace.projection.ts'

export const TracePage = PageOf(
  Type.Object({
    at: Type.String({ description: 'RFC 3339, machine clock.' }),
    service: Type.String(),
    step: Word(traceSteps),
    type: Type.String({ description: 'Full name of the event’s type.' }),
    eventId: Type.String(),
    to: Type.Optional(Type.String({ description: 'DELIVERED: the agency, or the user.' })),
  }),
)

export const AccessRecordQuery = Type.Object({
  ...PageQuery.properties,
  participantId: Type.String({ format: 'uuid', description: 'Whose data was read.' }),
})

export const AccessRecordPage = PageOf(
  Type.Object({
    at: Type.String({ description: 'RFC 3339, machine clock.' }),
    actor: Type.Object({ user: Type.String(), agency: Type.Optional(Type.String()), role: Type.String() }),
    participantId: Type.String(),
    service: Type.String(),
    route: Type.String(),
    purpose: Type.String(),
    decision: Word(['ALLOWED', 'DENIED']),
    correlationId: Type.String(),
  }),
)
