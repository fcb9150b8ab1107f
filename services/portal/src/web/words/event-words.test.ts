import { expect, test } from 'vitest'
import { eventInWords, ownEventInWords } from './event-words.ts'

test('every event has words, also one that came later', () => {
  expect(eventInWords('samresa.planning.v1.ConflictVerified')).toBe('Krock löst och kontrollerad')
  expect([eventInWords('samresa.planning.v9.Unheard'), eventInWords(undefined)]).toEqual(['Händelse', 'Händelse'])
})

test('a participant is told what an event means for them', () => {
  const recorded = { type: 'samresa.planning.v1.AgencyMeasureRecorded', data: { owner: 'AF', measure: { title: 'Rusta och matcha 2' } } }
  expect(ownEventInWords(recorded)).toBe('Arbetsförmedlingen har lagt in Rusta och matcha 2')
  expect(ownEventInWords({ type: 'samresa.planning.v1.MeasureAdded', data: {} })).toBe('Nytt i din plan: en aktivitet')
  expect(ownEventInWords({ type: 'samresa.planning.v1.UntilDecidedSet', data: { text: 'Gå dit.' } })).toBe(
    'Gör så här tills vidare: Gå dit.',
  )
})

test('an event without words of that kind keeps the title it came with', () => {
  expect(ownEventInWords({ type: 'samresa.agency.v1.MeasureReported' })).toBeUndefined()
})

test('a consent names the two who may talk', () => {
  const given = { type: 'samresa.journey.v1.ConsentGiven', data: { between: ['AME', 'AF'] } }
  expect(ownEventInWords(given)).toBe('Du sa ja till att Arbetsmarknadsenheten och Arbetsförmedlingen får prata med varandra om dig')
  expect(ownEventInWords({ ...given, data: {} })).toContain('två myndigheter')
})
