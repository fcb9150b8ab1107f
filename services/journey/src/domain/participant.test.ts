import { givenEvents } from '@samresa/testkit'
import { expect, test } from 'vitest'
import { type ParticipantCommand, type ParticipantEvent, participantDecider } from './participant.ts'

const now = '2026-04-28T06:00:00.000Z'
const today = '2026-04-28'
const between = ['AME', 'AF']

const enrol = (more: object = {}): ParticipantCommand => ({
  type: 'Enrol',
  agencies: ['AME', 'AF'],
  caseworker: 'anna',
  capacity: [{ from: '2026-01-01', hoursPerWeek: 40 }],
  languages: ['ti'],
  protectedIdentity: false,
  consents: [],
  now,
  ...more,
})
const enrolled: ParticipantEvent = {
  type: 'samresa.journey.v1.ParticipantEnrolled',
  data: {
    agencies: ['AME', 'AF'],
    caseworkers: ['anna'],
    capacity: [{ from: '2026-01-01', hoursPerWeek: 40 }],
    languages: ['ti'],
    protectedIdentity: false,
    occurredAt: now,
  },
}
const given = (consentId: string, more: object = {}): ParticipantEvent => ({
  type: 'samresa.journey.v1.ConsentGiven',
  data: { consentId, between, from: '2025-11-03', occurredAt: now, ...more },
})
const withdrawn = (consentId: string): ParticipantEvent => ({
  type: 'samresa.journey.v1.ConsentWithdrawn',
  data: { consentId, between, withdrawnOn: today, occurredAt: now },
})
const give = (consent: object = {}): ParticipantCommand => ({
  type: 'GiveConsent',
  consent: { consentId: 'k1', between, from: '2025-11-03', ...consent },
  now,
})
const withdraw = (which: object): ParticipantCommand => ({ type: 'WithdrawConsents', now, today, ...which })

test('a person is enrolled by a caseworker, with the consents given so far', () => {
  givenEvents(participantDecider).when(enrol()).yields(enrolled)
  givenEvents(participantDecider)
    .when(enrol({ agencies: ['AME', 'AF', 'AME'], consents: [{ consentId: 'k1', between, from: '2025-11-03', except: ['health'] }] }))
    .yields(enrolled, given('k1', { except: ['health'] }))
})

test('nobody is enrolled twice', () => {
  givenEvents(participantDecider, enrolled).when(enrol()).refuses('ALREADY_ENROLLED')
})

test.each([
  [{ agencies: [] }, '/agencies'],
  [{ agencies: ['AME', 'XX'] }, '/agencies/1'],
  [{ capacity: [{ from: '2026-02-30', hoursPerWeek: 40 }] }, '/capacity/0/from'],
  [{ capacity: [{ from: '2026-02-01', to: '2026-01-31', hoursPerWeek: 40 }] }, '/capacity/0/to'],
  [{ capacity: [{ from: '2026-02-01', to: 'soon', hoursPerWeek: 40 }] }, '/capacity/0/to'],
  [{ capacity: [{ from: '2026-01-01', hoursPerWeek: -1 }] }, '/capacity/0/hoursPerWeek'],
  [{ capacity: [{ from: '2026-01-01', hoursPerWeek: 169 }] }, '/capacity/0/hoursPerWeek'],
  [{ consents: [{ consentId: 'k', between: ['AME', 'AME'], from: '2026-01-01' }] }, '/consents/0/between'],
  [{ consents: [{ consentId: 'k', between: ['AME', 'YY'], from: '2026-01-01' }] }, '/consents/0/between/1'],
])('an enrolment with %o is refused at %s', (more, pointer) => {
  const { decision } = givenEvents(participantDecider).when(enrol(more))
  expect(decision).toMatchObject({ rejection: { code: 'INVALID_FIELD', fields: [{ pointer }] } })
})

test('a consent is given from a day on, with or without an end and with areas left out', () => {
  givenEvents(participantDecider, enrolled).when(give()).yields(given('k1'))
  givenEvents(participantDecider, enrolled)
    .when(give({ to: '2026-12-31', except: ['health'] }))
    .yields(given('k1', { to: '2026-12-31', except: ['health'] }))
  givenEvents(participantDecider, enrolled)
    .when(give({ between: ['AF'] }))
    .refuses('INVALID_FIELD')
  givenEvents(participantDecider).when(give()).refuses('NOT_FOUND')
})

test('a withdrawal by the pair ends every consent between the two, in whatever order they are named', () => {
  givenEvents(participantDecider, enrolled, given('k1'), given('k2'), given('k3', { between: ['AME', 'FK'] }))
    .when(withdraw({ between: ['AF', 'AME'] }))
    .yields(withdrawn('k1'), withdrawn('k2'))
})

test('a withdrawal by id ends that consent only', () => {
  givenEvents(participantDecider, enrolled, given('k1'), given('k2'))
    .when(withdraw({ consentId: 'k2' }))
    .yields(withdrawn('k2'))
})

test('withdrawing again changes nothing, and a consent that was never given cannot be withdrawn', () => {
  givenEvents(participantDecider, enrolled, given('k1'), withdrawn('k1')).when(withdraw({ between })).yields()
  givenEvents(participantDecider, enrolled).when(withdraw({ between })).refuses('NOT_FOUND')
  givenEvents(participantDecider, enrolled, given('k1'))
    .when(withdraw({ consentId: 'k9' }))
    .refuses('NOT_FOUND')
  givenEvents(participantDecider, enrolled, given('k1')).when(withdraw({})).refuses('NOT_FOUND')
})

test('the facts are folded from what happened', () => {
  const { state } = givenEvents(participantDecider, enrolled, given('k1', { to: '2026-12-31' }), given('k2'), withdrawn('k1'))
  expect(state).toEqual({
    enrolled: true,
    agencies: ['AME', 'AF'],
    caseworkers: ['anna'],
    capacity: [{ from: '2026-01-01', hoursPerWeek: 40 }],
    languages: ['ti'],
    protectedIdentity: false,
    consents: [
      { consentId: 'k1', between, from: '2025-11-03', to: '2026-12-31', except: [], withdrawnOn: today },
      { consentId: 'k2', between, from: '2025-11-03', except: [] },
    ],
  })
})
