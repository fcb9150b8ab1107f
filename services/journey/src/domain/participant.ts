import type { EventsOf } from '@samresa/contracts'
import { type Decider, type Decision, type FieldFault, notFound, type Rejection, reject } from '@samresa/kernel'
import { type CapacityPeriod, capacityFaults } from './capacity.ts'
import { type Consent, consentFaults, type NewConsent, namesConsent } from './consent.ts'
import { agencyFaults } from './known-agencies.ts'

export type ParticipantEvent = EventsOf<'journey'>

/** What is decided about access to a participant and about what the participant is able to do. No personal facts: those are in the vault. */
export interface Participant {
  enrolled: boolean
  agencies: string[]
  /** User ids. */
  caseworkers: string[]
  consents: Consent[]
  capacity: CapacityPeriod[]
  languages: string[]
  protectedIdentity: boolean
}

/** Instants are business time, RFC 3339; days are local, YYYY-MM-DD. */
export type ParticipantCommand =
  | {
      type: 'Enrol'
      agencies: string[]
      caseworker: string
      capacity: CapacityPeriod[]
      languages: string[]
      protectedIdentity: boolean
      consents: (NewConsent & { consentId: string })[]
      now: string
    }
  | { type: 'GiveConsent'; consent: NewConsent & { consentId: string }; now: string }
  | { type: 'WithdrawConsents'; consentId?: string; between?: string[]; now: string; today: string }

const initial: Participant = {
  enrolled: false,
  agencies: [],
  caseworkers: [],
  consents: [],
  capacity: [],
  languages: [],
  protectedIdentity: false,
}

const invalid = (faults: FieldFault[]): Rejection =>
  reject('invalid', 'INVALID_FIELD', faults.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(' '), faults)

const consentGiven = ({ consentId, between, from, to, except }: NewConsent & { consentId: string }, now: string): ParticipantEvent => ({
  type: 'samresa.journey.v1.ConsentGiven',
  data: { consentId, between, from, ...(to === undefined ? {} : { to }), ...(except === undefined ? {} : { except }), occurredAt: now },
})

function enrol(command: Extract<ParticipantCommand, { type: 'Enrol' }>, participant: Participant): Decision<ParticipantEvent> {
  if (participant.enrolled) {
    return { rejection: reject('conflict', 'ALREADY_ENROLLED', 'This person is enrolled already. Search for the personal number instead.') }
  }
  const { agencies, caseworker, capacity, languages, protectedIdentity, consents, now } = command
  const faults = [
    ...agencyFaults(agencies, '/agencies'),
    ...capacityFaults(capacity, '/capacity'),
    ...consents.flatMap((consent, index) => consentFaults(consent, `/consents/${index}`)),
  ]
  if (faults.length > 0) return { rejection: invalid(faults) }
  const enrolled: ParticipantEvent = {
    type: 'samresa.journey.v1.ParticipantEnrolled',
    data: { agencies: [...new Set(agencies)], caseworkers: [caseworker], capacity, languages, protectedIdentity, occurredAt: now },
  }
  return { events: [enrolled, ...consents.map((consent) => consentGiven(consent, now))] }
}

function withdraw(
  { consentId, between, now, today }: Extract<ParticipantCommand, { type: 'WithdrawConsents' }>,
  participant: Participant,
): Decision<ParticipantEvent> {
  const named = participant.consents.filter((consent) => namesConsent({ consentId, between }, consent))
  if (named.length === 0) return { rejection: notFound() }
  // One withdrawn before stays as it is: saying it twice changes nothing.
  const standing = named.filter((consent) => consent.withdrawnOn === undefined)
  return {
    events: standing.map((consent) => ({
      type: 'samresa.journey.v1.ConsentWithdrawn',
      data: { consentId: consent.consentId, between: consent.between, withdrawnOn: today, occurredAt: now },
    })),
  }
}

function give({ consent, now }: Extract<ParticipantCommand, { type: 'GiveConsent' }>): Decision<ParticipantEvent> {
  const faults = consentFaults(consent, '')
  return faults.length > 0 ? { rejection: invalid(faults) } : { events: [consentGiven(consent, now)] }
}

function decide(command: ParticipantCommand, participant: Participant): Decision<ParticipantEvent> {
  if (command.type !== 'Enrol' && !participant.enrolled) return { rejection: notFound() }
  switch (command.type) {
    case 'Enrol':
      return enrol(command, participant)
    case 'GiveConsent':
      return give(command)
    case 'WithdrawConsents':
      return withdraw(command, participant)
  }
}

function evolve(participant: Participant, event: ParticipantEvent): Participant {
  switch (event.type) {
    case 'samresa.journey.v1.ParticipantEnrolled': {
      const { agencies = [], caseworkers = [], capacity = [], languages = [], protectedIdentity = false } = event.data
      return { ...participant, enrolled: true, agencies, caseworkers, capacity: capacity as CapacityPeriod[], languages, protectedIdentity }
    }
    case 'samresa.journey.v1.ConsentGiven': {
      const { consentId = '', between = [], from = '', to, except = [] } = event.data
      return {
        ...participant,
        consents: [...participant.consents, { consentId, between, from, ...(to === undefined ? {} : { to }), except }],
      }
    }
    case 'samresa.journey.v1.ConsentWithdrawn': {
      const { consentId, withdrawnOn = '' } = event.data
      const consents = participant.consents.map((consent) => (consent.consentId === consentId ? { ...consent, withdrawnOn } : consent))
      return { ...participant, consents }
    }
  }
}

/** Enrolment and consents of one participant. */
export const participantDecider: Decider<Participant, ParticipantCommand, ParticipantEvent> = { initial, decide, evolve }
