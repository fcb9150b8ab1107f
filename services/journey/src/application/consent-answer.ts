import type { Consent } from '../domain/consent.ts'
import type { ParticipantEvent } from '../domain/participant.ts'

/** A consent as it is answered; `withdrawnOn` is absent while it stands. */
export type ConsentAnswer = Consent

/** The consents that these events have given. */
export const consentAnswersFrom = (events: ParticipantEvent[]): ConsentAnswer[] =>
  events.flatMap((event) => {
    if (event.type !== 'samresa.journey.v1.ConsentGiven') return []
    const { consentId = '', between = [], from = '', to, except = [] } = event.data
    return [{ consentId, between, from, ...(to === undefined ? {} : { to }), except }]
  })
