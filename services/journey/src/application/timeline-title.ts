import type { DomainEvent, EventData, EventType } from '@samresa/contracts'
import type { View } from '@samresa/visibility'

const agencyNames: Record<string, string> = {
  AME: 'Arbetsmarknadsenheten',
  AF: 'Arbetsförmedlingen',
  FK: 'Försäkringskassan',
  EB: 'Ekonomiskt bistånd',
  VUX: 'Vuxenutbildningen',
  REGION: 'Regionen',
  SOC: 'Socialtjänsten',
  CIVIL: 'Civilsamhället',
}

const nameOf = (agency: string | undefined): string => agencyNames[agency ?? ''] ?? 'En annan part'

const findingWords: Record<string, string> = {
  TIME_OVERLAP: 'Krock upptäckt: två insatser på samma tid',
  TRAVEL_TIME: 'Krock upptäckt: restiden räcker inte',
  OVER_CAPACITY: 'Krock upptäckt: fler timmar i veckan än vad som är möjligt',
  PLAN_DEVIATION: 'Avvikelse upptäckt: insatsen finns inte i den överenskomna planen',
}

/** A sealed title is not there: the measure is then just a measure. */
const titleOf = (measure: { title?: string } | undefined): string => measure?.title ?? 'en insats'

const pair = (between: string[] | undefined): string => (between ?? []).map(nameOf).join(' och ')

type Titles = { [T in EventType]?: (data: EventData[T]) => string }

const titles: Titles = {
  'samresa.journey.v1.ParticipantEnrolled': () => 'Deltagaren är inskriven',
  'samresa.journey.v1.ConsentGiven': ({ between }) => `Samtycke: ${pair(between)} får dela uppgifter`,
  'samresa.journey.v1.ConsentWithdrawn': ({ between }) => `Samtycket mellan ${pair(between)} är återkallat`,
  'samresa.planning.v1.MeasureAdded': ({ measure }) => `Ny insats i planen: ${titleOf(measure)}`,
  'samresa.planning.v1.AgencyMeasureRecorded': ({ owner, measure }) => `${nameOf(owner)} har anmält ${titleOf(measure)}`,
  'samresa.planning.v1.MeasureChanged': ({ measure }) => `Ändrad insats i planen: ${titleOf(measure)}`,
  'samresa.planning.v1.MeasureRemoved': () => 'En insats är borttagen ur planen',
  'samresa.planning.v1.ConflictDetected': ({ finding }) => findingWords[finding?.code ?? ''] ?? 'Krock upptäckt',
  'samresa.planning.v1.ConflictUpdated': () => 'Krocken har fått andra datum',
  'samresa.planning.v1.ConflictAcknowledged': ({ by }) => `${nameOf(by)} har sett krocken`,
  'samresa.planning.v1.UntilDecidedSet': () => 'Det här gäller tills vidare',
  'samresa.planning.v1.ProposalSent': () => 'Förslag skickat',
  'samresa.planning.v1.ProposalAnswered': ({ by }) => `${by === 'PARTICIPANT' ? 'Deltagaren' : nameOf(by)} har svarat på förslaget`,
  'samresa.planning.v1.ProposalAccepted': () => 'Förslaget är godkänt',
  'samresa.planning.v1.ProposalDeclined': () => 'Förslaget är avböjt',
  'samresa.planning.v1.ProposalSuperseded': () => 'Förslaget gäller inte längre',
  'samresa.planning.v1.ConflictAgreed': () => 'Ni är överens om hur krocken ska lösas',
  'samresa.planning.v1.ConflictAcceptedAsIs': () => 'Krocken får vara som den är',
  'samresa.planning.v1.ConflictVerified': () => 'Krocken är löst',
  'samresa.planning.v1.ConflictWithdrawn': () => 'Krocken finns inte längre',
}

const maskedTitles: Titles = {
  'samresa.planning.v1.MeasureRemoved': () => 'Upptagen tid är borttagen',
  'samresa.planning.v1.ConflictDetected': () => 'Krock med upptagen tid',
  'samresa.planning.v1.ConflictUpdated': () => 'Krocken med upptagen tid har fått andra datum',
  'samresa.planning.v1.ConflictAcknowledged': () => 'Någon har sett krocken med upptagen tid',
  'samresa.planning.v1.UntilDecidedSet': () => 'Det finns ett besked om krocken med upptagen tid',
  'samresa.planning.v1.ConflictAgreed': () => 'Krocken med upptagen tid ska lösas',
  'samresa.planning.v1.ConflictAcceptedAsIs': () => 'Krocken med upptagen tid får vara som den är',
  'samresa.planning.v1.ConflictVerified': () => 'Krocken med upptagen tid är löst',
  'samresa.planning.v1.ConflictWithdrawn': () => 'Krocken med upptagen tid finns inte längre',
}

/** True for the event types that a timeline has words for. */
export const hasTitle = (type: string): boolean => Object.hasOwn(titles, type)

/** Plain Swedish words for an event, from its data as the reader may see it: a title never says more than the data does. */
export function timelineTitle(event: { type: string; data: unknown }, view: View): string {
  const { type, data } = event as DomainEvent
  const words = (view === 'masked' ? maskedTitles : titles)[type] as ((data: unknown) => string) | undefined
  return words?.(data) ?? 'Upptagen tid'
}
