import type { FieldFault } from '@samresa/kernel'
import { agencyFaults } from './known-agencies.ts'
import { type Period, periodFaults } from './period.ts'

/** The participant lifts secrecy between two agencies, for a time, perhaps with areas left out. */
export interface NewConsent extends Period {
  between: string[]
  except?: string[]
}

export interface Consent extends NewConsent {
  consentId: string
  except: string[]
  /** Absent while it stands. */
  withdrawnOn?: string
}

const pairFaults = (between: string[], pointer: string): FieldFault[] =>
  new Set(between).size === 2 && between.length === 2 ? [] : [{ pointer, detail: 'Name two different agencies.' }]

/** What is wrong with a consent that is to be given. */
export const consentFaults = (consent: NewConsent, pointer: string): FieldFault[] => [
  ...agencyFaults(consent.between, `${pointer}/between`),
  ...pairFaults(consent.between, `${pointer}/between`),
  ...periodFaults(consent, pointer),
]

/** True when a withdrawal by id, or by the two agencies in any order, means this consent. */
export const namesConsent = ({ consentId, between }: { consentId: string | undefined; between: string[] | undefined }, consent: Consent) =>
  consentId === undefined
    ? between?.length === consent.between.length && consent.between.every((agency) => between.includes(agency))
    : consent.consentId === consentId
