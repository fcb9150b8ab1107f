import { catalogue } from '@samresa/contracts'
import type { Actor } from '@samresa/kernel'
import { expect, test } from 'vitest'
import { viewOfEvent } from './event.ts'
import { aConsent, afSystem, anna, auditor, eva, marcus, nils, scenario, today, yonas, yonasFacts } from './visibility-fixtures.ts'

const planning = (name: string) => `samresa.planning.v1.${name}`
const weekly = [{ days: ['MO'], start: '09:00', end: '12:00' }]
const measure = { ref: 'M2.4', title: 'Rusta och matcha 2', place: 'STO', areas: ['job'], weekly, from: '2026-05-04', to: '2026-11-03' }
const recorded = { type: planning('AgencyMeasureRecorded'), data: { measureId: 'm4', owner: 'AF', measure, occurredAt: 't' } }
const training = { measureId: 'm1', owner: 'AME', areas: ['job'] }
const matching = { measureId: 'm4', owner: 'AF', areas: ['job'] }
const about = (name: string, more: object = {}, parties: object[] = [training, matching]) => ({
  type: planning(name),
  data: { conflictId: 'c1', parties, ...more },
})
const guarded = { ...yonasFacts, protectedIdentity: true }

test('a measure event is whole for who may see the measure, and times only for others with a relation', () => {
  for (const actor of [anna, afSystem, yonas, scenario]) {
    expect(viewOfEvent(actor, yonasFacts, recorded, today)).toEqual({ view: 'whole', data: recorded.data })
  }
  expect(viewOfEvent(eva, yonasFacts, recorded, today)).toEqual({
    view: 'masked',
    data: { weekly, from: '2026-05-04', to: '2026-11-03' },
  })
  for (const actor of [nils, marcus]) expect(viewOfEvent(actor, yonasFacts, recorded, today)).toEqual({ view: 'hidden' })
})

test('a report is seen as the measure it reports', () => {
  const reported = { type: 'samresa.agency.v1.MeasureReported', data: { agency: 'AF', measureId: 'm4', measure } }
  expect(viewOfEvent(anna, yonasFacts, reported, today).view).toBe('whole')
  expect(viewOfEvent(eva, yonasFacts, reported, today).view).toBe('masked')
})

test('a removed measure leaves nothing to tell when it was masked', () => {
  const removed = { type: planning('MeasureRemoved'), data: { measureId: 'm4', owner: 'AF', areas: ['job'] } }
  expect(viewOfEvent(eva, yonasFacts, removed, today)).toEqual({ view: 'masked', data: {} })
  expect(viewOfEvent(anna, yonasFacts, removed, today)).toEqual({ view: 'whole', data: removed.data })
})

test('a conflict in between tells the own party and when it clashes', () => {
  const finding = { code: 'TIME_OVERLAP', occurrences: [{ day: 'MO', start: '09:00', end: '12:00', first: 'a', last: 'b', count: 17 }] }
  const detected = about('ConflictDetected', { severity: 'high', owner: 'AF', finding })
  expect(viewOfEvent(eva, yonasFacts, detected, today)).toEqual({
    view: 'masked',
    data: { conflictId: 'c1', parties: [training], finding },
  })
  expect(viewOfEvent(anna, yonasFacts, detected, today)).toEqual({ view: 'whole', data: detected.data })
  expect(viewOfEvent(eva, yonasFacts, about('ConflictDetected', {}, [matching]), today)).toEqual({ view: 'hidden' })
})

test('what to do meanwhile is told in between without its text', () => {
  const until = (attend: string) => about('UntilDecidedSet', { text: 'Gå till AF', attend, by: 'AF', nothingToDo: false })
  expect(viewOfEvent(eva, yonasFacts, until('m1'), today)).toEqual({
    view: 'masked',
    data: { conflictId: 'c1', parties: [training], attend: 'm1' },
  })
  expect(viewOfEvent(eva, yonasFacts, until('m4'), today)).toEqual({ view: 'masked', data: { conflictId: 'c1', parties: [training] } })
  expect(viewOfEvent(yonas, yonasFacts, until('m4'), today)).toEqual({ view: 'whole', data: until('m4').data })
})

test('reasons, answers and who acted are not told in between', () => {
  const asIs = about('ConflictAcceptedAsIs', { reason: 'AF kan inte', by: 'AF' })
  expect(viewOfEvent(eva, yonasFacts, asIs, today)).toEqual({ view: 'masked', data: { conflictId: 'c1', parties: [training] } })
})

test.each(['ProposalSent', 'ProposalAnswered', 'ProposalAccepted', 'ProposalDeclined', 'ProposalSuperseded'])(
  '%s is whole or hidden',
  (name) => {
    const event = about(name, { proposalId: 'p1' })
    expect(viewOfEvent(anna, yonasFacts, event, today)).toEqual({ view: 'whole', data: event.data })
    expect(viewOfEvent(eva, yonasFacts, event, today)).toEqual({ view: 'hidden' })
    expect(viewOfEvent(anna, yonasFacts, { type: event.type, data: {} }, today)).toEqual({ view: 'hidden' })
  },
)

test('load figures go only to who may see the capacity', () => {
  const exceptHealth = { ...yonasFacts, consents: [aConsent(['AME', 'AF'], { except: ['health'] })] }
  const weeks = [{ firstWeek: '2026-W20', lastWeek: '2026-W20', hours: 23, capacity: 20, count: 1 }]
  const event = about('ConflictDetected', { finding: { code: 'OVER_CAPACITY', weeks } })
  expect(viewOfEvent(afSystem, yonasFacts, event, today).data).toEqual(event.data)
  expect(viewOfEvent(afSystem, exceptHealth, event, today)).toEqual({
    view: 'whole',
    data: { ...event.data, finding: { code: 'OVER_CAPACITY', weeks: [{ firstWeek: '2026-W20', lastWeek: '2026-W20', count: 1 }] } },
  })
})

test('a protected identity has no place in any event for other agencies', () => {
  const change = { measure: { title: 'Ny', place: 'STO' } }
  const events = [
    recorded,
    about('ProposalSent', { options: [{ id: 'A', changes: [change] }, { id: 'B' }] }),
    about('ProposalAnswered', { counter: [change] }),
  ]
  for (const actor of [afSystem, auditor, scenario]) {
    for (const event of events) expect(JSON.stringify(viewOfEvent(actor, guarded, event, today))).not.toContain('STO')
  }
  expect(JSON.stringify(viewOfEvent(anna, guarded, recorded, today))).toContain('STO')
})

test('consents concern their two agencies, enrolment the caseworkers and the participant', () => {
  const consent = { type: 'samresa.journey.v1.ConsentGiven', data: { consentId: 'x', between: ['AME', 'AF'] } }
  const enrolled = { type: 'samresa.journey.v1.ParticipantEnrolled', data: { capacity: [{ hoursPerWeek: 20 }] } }
  const views = (event: { type: string; data: object }) =>
    [anna, yonas, scenario, afSystem, eva, nils].map((actor) => viewOfEvent(actor, yonasFacts, event, today).view)
  expect(views(consent)).toEqual(['whole', 'whole', 'whole', 'whole', 'hidden', 'hidden'])
  expect(views(enrolled)).toEqual(['whole', 'whole', 'whole', 'hidden', 'hidden', 'hidden'])
  expect(viewOfEvent(eva, yonasFacts, { type: consent.type, data: {} }, today).view).toBe('hidden')
})

test('the auditor sees every event without its sealed texts, opened or not', () => {
  expect(viewOfEvent(auditor, yonasFacts, recorded, today)).toEqual({
    view: 'sealed',
    data: { ...recorded.data, measure: { ref: 'M2.4', place: 'STO', areas: ['job'], weekly, from: '2026-05-04', to: '2026-11-03' } },
  })
  const stored = { type: recorded.type, data: { measureId: 'm4', owner: 'AF', sealed: { kid: 'k', nonce: 'n', ciphertext: 'c' } } }
  expect(viewOfEvent(auditor, yonasFacts, stored, today)).toEqual({ view: 'sealed', data: stored.data })
  expect(viewOfEvent(auditor, yonasFacts, { type: 'samresa.agency.v1.MeasureReportRejected', data: {} }, today).view).toBe('sealed')
})

test('receipts, access records, evidence and unknown types are hidden from everyone else', () => {
  const types = [
    'samresa.agency.v1.MeasureReportRejected',
    'samresa.access.v1.AccessRecorded',
    'samresa.audit.v1.CommitsWitnessed',
    planning('Invented'),
    'toString',
  ]
  for (const type of types) expect(viewOfEvent(yonas, yonasFacts, { type, data: {} }, today)).toEqual({ view: 'hidden' })
})

test('every type of the catalogue has a view that was thought of: plan events reach the participant', () => {
  const shown = Object.entries(catalogue).filter(([, entry]) => ['plan', 'consent', 'enrolment'].includes(entry.dataClass))
  const hiddenFrom = (actor: Actor) =>
    shown
      .filter(([type]) => viewOfEvent(actor, yonasFacts, { type, data: { parties: [training] } }, today).view === 'hidden')
      .map(([type]) => type)
  expect(shown.length).toBeGreaterThan(20)
  expect(hiddenFrom(yonas)).toEqual([])
})
