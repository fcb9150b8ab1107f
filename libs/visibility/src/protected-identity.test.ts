import { expect, test } from 'vitest'
import { conflictFor } from './conflict.ts'
import { previewFor } from './preview.ts'
import { proposalFor } from './proposal.ts'
import { aConsent, afSystem, anna, auditor, eva, scenario, today, yonas, yonasFacts } from './visibility-fixtures.ts'

const guarded = { ...yonasFacts, protectedIdentity: true }
const parties = [
  { measureId: 'm1', owner: 'AME', areas: ['job'] },
  { measureId: 'm4', owner: 'AF', areas: ['job'] },
]
const occurrences = [{ date: '2026-05-22', start: '11:30', end: '11:50' }]
const words = 'Fredag 22 maj: 20 av 25 minuter för resan'
const masked = 'Restiden mellan insatsen och upptagen tid räcker inte.'
const travel = { id: 'c1', code: 'TRAVEL_TIME', parties, occurrences, explanation: { sv: words } }

test('how long a journey to a hidden place takes is told to the participant and the caseworker only', () => {
  for (const actor of [anna, yonas]) expect(conflictFor(actor, guarded, travel, today)).toEqual({ ...travel, masked: false })
  for (const actor of [afSystem, auditor, scenario])
    expect(conflictFor(actor, guarded, travel, today)).toEqual({ ...travel, explanation: { sv: masked }, masked: false })
  expect(conflictFor(afSystem, yonasFacts, travel, today)).toMatchObject({ explanation: { sv: words } })
})

test('the same where the code stands in the finding and the explanation is a text', () => {
  const { code, explanation: _, ...bare } = travel
  const shown = conflictFor(afSystem, guarded, { ...bare, finding: { code, occurrences }, explanation: words }, today)
  expect(shown).toMatchObject({ explanation: masked, finding: { code, occurrences } })
})

test('other clashes of somebody protected keep their words', () => {
  const overlap = { ...travel, code: 'TIME_OVERLAP' }
  expect(conflictFor(afSystem, guarded, overlap, today)).toEqual({ ...overlap, masked: false })
})

test('a preview does not tell the journey either', () => {
  const finding = { code: 'TRAVEL_TIME', measures: ['m1', 'm4'], occurrences, explanation: { sv: words } }
  const preview = { caused: [finding], cured: [], remaining: [finding], hoursPerWeek: [], sessionsLost: [] }
  const lookup = { party: (id: string) => parties.find(({ measureId }) => measureId === id), conflictParties: () => undefined }
  const hidden = { ...finding, explanation: { sv: masked } }
  expect(previewFor(afSystem, guarded, preview, { lookup, today })).toMatchObject({ caused: [hidden], remaining: [hidden] })
  expect(previewFor(anna, guarded, preview, { lookup, today })).toEqual(preview)
})

test('whoever may not see the capacity gets the hours of the weeks without it', () => {
  const facts = { ...yonasFacts, consents: [aConsent(['AME', 'AF'], { except: ['health'] })] }
  const hoursPerWeek = [{ week: '2026-W22', hours: 43, capacity: 40 }]
  const preview = { caused: [], cured: [], remaining: [], hoursPerWeek, sessionsLost: [] }
  const lookup = { party: () => undefined, conflictParties: () => undefined }
  expect(previewFor(afSystem, facts, preview, { lookup, today }).hoursPerWeek).toEqual([{ week: '2026-W22', hours: 43 }])
  expect(previewFor(eva, yonasFacts, preview, { lookup, today }).hoursPerWeek).toEqual(hoursPerWeek)
})

test('a caseworker sees what the own agency has proposed, also about a measure that shows as taken time', () => {
  const proposal = { by: 'AME', parties: [parties[0]!, { measureId: 'm7', owner: 'REGION', areas: ['health'] }] }
  expect(proposalFor(anna, yonasFacts, proposal, today)).toEqual(proposal)
  expect(proposalFor(anna, yonasFacts, { ...proposal, by: 'AF' }, today)).toBeUndefined()
  expect(proposalFor(eva, yonasFacts, { ...proposal, by: 'EB' }, today)).toBeUndefined()
})
