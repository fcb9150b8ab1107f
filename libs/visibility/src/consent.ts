import type { ConsentFacts } from './facts.ts'

/** True when the consent stands on that day. One that was ever withdrawn never counts, whatever day it is. */
export const isInForce = (consent: ConsentFacts, today: string): boolean =>
  !consent.withdrawnOn && consent.from !== '' && consent.from <= today && (!consent.to || today <= consent.to)

/** The consents between two agencies that stand on that day. */
export const consentsBetween = (consents: readonly ConsentFacts[], one: string, other: string, today: string): ConsentFacts[] =>
  consents.filter((consent) => consent.between.includes(one) && consent.between.includes(other) && isInForce(consent, today))

/**
 * True when the consent covers something about these areas. With no areas known, a consent that leaves something out covers nothing:
 * what cannot be told apart stays secret.
 */
export const coversAreas = (consent: ConsentFacts, areas: readonly string[] | undefined): boolean =>
  consent.except.length === 0 || (areas !== undefined && areas.length > 0 && !areas.some((area) => consent.except.includes(area)))
