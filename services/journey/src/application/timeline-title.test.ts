import { expect, test } from 'vitest'
import { timelineTitle } from './timeline-title.ts'

const planning = (name: string, data: object) => ({ type: `samresa.planning.v1.${name}`, data })
const measure = { title: 'Rusta och matcha 2' }

test.each<[{ type: string; data: object }, string]>([
  [planning('MeasureAdded', { measure }), 'Ny insats i planen: Rusta och matcha 2'],
  [planning('AgencyMeasureRecorded', { owner: 'AF', measure }), 'Arbetsförmedlingen har anmält Rusta och matcha 2'],
  [planning('AgencyMeasureRecorded', { owner: 'FK' }), 'Försäkringskassan har anmält en insats'],
  [planning('AgencyMeasureRecorded', { owner: 'NY', measure }), 'En annan part har anmält Rusta och matcha 2'],
  [planning('MeasureChanged', { measure }), 'Ändrad insats i planen: Rusta och matcha 2'],
  [planning('MeasureRemoved', {}), 'En insats är borttagen ur planen'],
  [planning('ConflictDetected', { finding: { code: 'TRAVEL_TIME' } }), 'Krock upptäckt: restiden räcker inte'],
  [
    planning('ConflictDetected', { finding: { code: 'PLAN_DEVIATION' } }),
    'Avvikelse upptäckt: insatsen finns inte i den överenskomna planen',
  ],
  [planning('ConflictDetected', { finding: { code: 'NEW_RULE' } }), 'Krock upptäckt'],
  [planning('ConflictDetected', {}), 'Krock upptäckt'],
  [planning('ConflictUpdated', {}), 'Krocken har fått andra datum'],
  [planning('ConflictAcknowledged', { by: 'AME' }), 'Arbetsmarknadsenheten har sett krocken'],
  [planning('UntilDecidedSet', {}), 'Det här gäller tills vidare'],
  [planning('ProposalSent', {}), 'Förslag skickat'],
  [planning('ProposalAnswered', { by: 'AF' }), 'Arbetsförmedlingen har svarat på förslaget'],
  [planning('ProposalAnswered', { by: 'PARTICIPANT' }), 'Deltagaren har svarat på förslaget'],
  [planning('ProposalAccepted', {}), 'Förslaget är godkänt'],
  [planning('ProposalDeclined', {}), 'Förslaget är avböjt'],
  [planning('ProposalSuperseded', {}), 'Förslaget gäller inte längre'],
  [planning('ConflictAgreed', {}), 'Ni är överens om hur krocken ska lösas'],
  [planning('ConflictAcceptedAsIs', {}), 'Krocken får vara som den är'],
  [planning('ConflictVerified', {}), 'Krocken är löst'],
  [planning('ConflictWithdrawn', {}), 'Krocken finns inte längre'],
  [{ type: 'samresa.journey.v1.ParticipantEnrolled', data: {} }, 'Deltagaren är inskriven'],
  [
    { type: 'samresa.journey.v1.ConsentGiven', data: { between: ['AME', 'AF'] } },
    'Samtycke: Arbetsmarknadsenheten och Arbetsförmedlingen får dela uppgifter',
  ],
  [
    { type: 'samresa.journey.v1.ConsentWithdrawn', data: { between: ['AME', 'EB'] } },
    'Samtycket mellan Arbetsmarknadsenheten och Ekonomiskt bistånd är återkallat',
  ],
])('%o is told as "%s"', (event, words) => {
  expect(timelineTitle(event, 'whole')).toBe(words)
})

test.each<[string, string]>([
  ['AgencyMeasureRecorded', 'Upptagen tid'],
  ['MeasureAdded', 'Upptagen tid'],
  ['MeasureRemoved', 'Upptagen tid är borttagen'],
  ['ConflictDetected', 'Krock med upptagen tid'],
  ['ConflictAcknowledged', 'Någon har sett krocken med upptagen tid'],
  ['ConflictVerified', 'Krocken med upptagen tid är löst'],
])('a masked %s is told as "%s"', (name, words) => {
  expect(timelineTitle(planning(name, { owner: 'AF', by: 'AF', measure }), 'masked')).toBe(words)
})
