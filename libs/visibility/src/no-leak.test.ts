import { type Actor, agencies, roles } from '@samresa/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { conflictFor } from './conflict.ts'
import { viewOfEvent } from './event.ts'
import type { AccessFacts, ConsentFacts } from './facts.ts'
import { measureFor } from './measure.ts'
import { previewFor } from './preview.ts'
import { proposalFor } from './proposal.ts'

/**
 * Random participants, consents, actors and plans. Whether a measure is open to an actor is decided here once more, in other words than the
 * product's; every text, owner, place and id of a measure that is not open carries its own mark, and no answer may hold one.
 */
const today = '2026-04-28'
const days = ['2026-04-27', '2026-04-28', '2026-04-29']

const anAgency = fc.constantFrom(...agencies)
const aConsent: fc.Arbitrary<ConsentFacts> = fc.record({
  between: fc.uniqueArray(anAgency, { minLength: 2, maxLength: 2 }),
  from: fc.constantFrom(...days),
  to: fc.constantFrom(undefined, '', ...days),
  except: fc.constantFrom([], ['health'], ['job']),
  withdrawnOn: fc.constantFrom(undefined, '', ...days),
})
const someFacts: fc.Arbitrary<AccessFacts> = fc.record({
  participantId: fc.constant('person'),
  agencies: fc.subarray([...agencies]),
  caseworkers: fc.subarray(['anna', 'nils']),
  consents: fc.array(aConsent, { maxLength: 5 }),
  protectedIdentity: fc.boolean(),
})
const anActor: fc.Arbitrary<Actor> = fc
  .record({
    user: fc.constantFrom('anna', 'nils', 'eva'),
    role: fc.constantFrom(...roles),
    agency: fc.option(anAgency, { nil: undefined }),
    participantId: fc.constantFrom(undefined, 'person', 'other'),
  })
  .map(({ user, role, agency, participantId }) => ({
    user,
    role,
    ...(agency === undefined ? {} : { agency }),
    ...(participantId === undefined ? {} : { participantId }),
  }))
const someMeasures = fc
  .array(fc.record({ owner: anAgency, areas: fc.constantFrom([], ['job'], ['health'], ['social', 'health']) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((measures) =>
    measures.map(({ owner, areas }, index) => ({
      measureId: `id-mark-${index}`,
      // Marks are only told apart from words that masks may say when they stand nowhere else.
      owner,
      areas,
      ref: `ref-mark-${index}`,
      title: `title-mark-${index}`,
      place: `place-mark-${index}`,
      purpose: `purpose-mark-${index}`,
      weekly: [{ days: ['MO'], start: '09:00', end: '12:00' }],
      from: '2026-05-04',
    })),
  )
type Measure = ReturnType<typeof someMeasures.generate>['value'][number]

const stands = ({ from, to, withdrawnOn }: ConsentFacts) =>
  !(withdrawnOn && withdrawnOn.length > 0) && from <= today && (to === undefined || to === '' || to >= today)

/** The rule in other words: who may read a measure with its texts. */
function isOpen(actor: Actor, facts: AccessFacts, measure: Measure): boolean {
  if (actor.role === 'scenario') return true
  if (actor.role === 'participant') return actor.participantId === 'person'
  const isStaff =
    actor.agency !== undefined &&
    ((actor.role === 'caseworker' && facts.caseworkers.includes(actor.user)) ||
      (['officer', 'agency-system'].includes(actor.role) && facts.agencies.includes(actor.agency)))
  if (!isStaff) return false
  if (actor.agency === measure.owner) return true
  if (measure.owner === 'REGION' || measure.owner === 'SOC') return false
  const voice = measure.owner === 'VUX' || measure.owner === 'CIVIL' ? 'AME' : measure.owner
  if (voice === actor.agency) return true
  return facts.consents.some(
    (consent) =>
      stands(consent) &&
      consent.between.includes(voice) &&
      consent.between.includes(actor.agency!) &&
      (consent.except.length === 0 || (measure.areas.length > 0 && measure.areas.every((area) => !consent.except.includes(area)))),
  )
}

/** Everything that the product would answer this actor about these measures. */
function answersTo(actor: Actor, facts: AccessFacts, measures: Measure[]): unknown[] {
  const parties = measures.map(({ measureId, owner, areas }) => ({ measureId, owner, areas }))
  const changes = measures.map((measure) => ({ measureId: measure.measureId, measure }))
  const found = {
    code: 'TIME_OVERLAP',
    measures: measures.map(({ measureId }) => measureId),
    explanation: { sv: measures.map(({ title }) => title).join() },
  }
  const conflict = {
    conflictId: 'c',
    ...found,
    parties,
    untilDecided: { text: measures.map(({ title }) => title).join(), attend: measures[0]!.measureId },
  }
  const proposal = { parties, options: [{ label: measures[0]!.title, changes }] }
  const preview = {
    caused: [found],
    cured: [],
    remaining: [],
    hoursPerWeek: [],
    sessionsLost: measures.map(({ measureId }) => ({ measureId, sessions: 1 })),
  }
  const lookup = { party: (id: string) => parties.find(({ measureId }) => measureId === id), conflictParties: () => undefined }
  const events = [
    ...measures.map((measure) => ({
      type: 'samresa.planning.v1.AgencyMeasureRecorded',
      data: { measureId: measure.measureId, owner: measure.owner, measure },
    })),
    { type: 'samresa.planning.v1.ConflictDetected', data: { conflictId: 'c', owner: 'X', parties, finding: { code: 'TIME_OVERLAP' } } },
    {
      type: 'samresa.planning.v1.UntilDecidedSet',
      data: { parties, text: conflict.untilDecided.text, attend: conflict.untilDecided.attend },
    },
    { type: 'samresa.planning.v1.ConflictAcceptedAsIs', data: { parties, reason: conflict.untilDecided.text } },
    { type: 'samresa.planning.v1.ProposalSent', data: { parties, reason: proposal.options[0]!.label, options: proposal.options } },
    { type: 'samresa.planning.v1.ProposalAnswered', data: { parties, reason: proposal.options[0]!.label, counter: changes } },
  ]
  return [
    ...measures.map((measure) => measureFor(actor, facts, measure, today)),
    conflictFor(actor, facts, conflict, today),
    proposalFor(actor, facts, proposal, today),
    previewFor(actor, facts, preview, { lookup, today }),
    ...events.map((event) => viewOfEvent(actor, facts, event, today)),
  ]
}

test('no answer holds a mark of a measure that is not open to the actor', () => {
  fc.assert(
    fc.property(someFacts, anActor, someMeasures, (facts, actor, measures) => {
      if (actor.role === 'auditor') return
      const text = JSON.stringify(answersTo(actor, facts, measures))
      measures.forEach((measure, index) => {
        if (!isOpen(actor, facts, measure)) expect(text).not.toMatch(new RegExp(`(id|ref|title|place|purpose)-mark-${index}`))
      })
    }),
    { numRuns: 10_000 },
  )
})

test('every mark reaches those to whom the measure is open, but places of a protected identity', () => {
  fc.assert(
    fc.property(someFacts, anActor, someMeasures, (facts, actor, measures) => {
      const text = JSON.stringify(answersTo(actor, facts, measures))
      const seesPlaces = !facts.protectedIdentity || actor.role === 'participant' || actor.role === 'caseworker'
      measures.forEach((measure, index) => {
        if (!isOpen(actor, facts, measure)) return
        expect(text).toContain(`title-mark-${index}`)
        expect(text.includes(`place-mark-${index}`)).toBe(seesPlaces)
      })
    }),
    { numRuns: 3_000 },
  )
})

test('a masked measure has no owner, and the auditor never reads a text', () => {
  fc.assert(
    fc.property(someFacts, anActor, someMeasures, (facts, actor, measures) => {
      for (const measure of measures) {
        const shown = measureFor(actor, facts, measure, today)
        if (shown?.masked === true) expect(Object.keys(shown).toSorted()).toEqual(['from', 'masked', 'weekly'])
      }
      const { agency: _agency, participantId: _id, ...bare } = actor
      expect(JSON.stringify(answersTo({ ...bare, role: 'auditor' }, facts, measures).slice(measures.length + 3))).not.toMatch(
        /(title|purpose)-mark/,
      )
    }),
    { numRuns: 3_000 },
  )
})
