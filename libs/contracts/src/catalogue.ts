import { givesCare } from '@samresa/kernel'
import type * as access from './gen/samresa/access/v1/events_pb.ts'
import type { MeasureJson } from './gen/samresa/agency/v1/agency_gateway_pb.ts'
import type * as agency from './gen/samresa/agency/v1/events_pb.ts'
import type * as audit from './gen/samresa/audit/v1/events_pb.ts'
import type * as journey from './gen/samresa/journey/v1/events_pb.ts'
import type * as planning from './gen/samresa/planning/v1/events_pb.ts'

/** Every event type of the house and the shape of its data, as protojson. The name is the full proto name (CloudEvents `type`). */
export interface EventData {
  'samresa.journey.v1.ParticipantEnrolled': journey.ParticipantEnrolledJson
  'samresa.journey.v1.ConsentGiven': journey.ConsentGivenJson
  'samresa.journey.v1.ConsentWithdrawn': journey.ConsentWithdrawnJson
  'samresa.agency.v1.MeasureReported': agency.MeasureReportedJson
  'samresa.agency.v1.MeasureReportUnchanged': agency.MeasureReportUnchangedJson
  'samresa.agency.v1.MeasureReportRejected': agency.MeasureReportRejectedJson
  'samresa.agency.v1.ProposalAnswerReported': agency.ProposalAnswerReportedJson
  'samresa.planning.v1.PlanOpened': planning.PlanOpenedJson
  'samresa.planning.v1.MeasureAdded': planning.MeasureAddedJson
  'samresa.planning.v1.AgencyMeasureRecorded': planning.AgencyMeasureRecordedJson
  'samresa.planning.v1.MeasureChanged': planning.MeasureChangedJson
  'samresa.planning.v1.MeasureRemoved': planning.MeasureRemovedJson
  'samresa.planning.v1.ConflictDetected': planning.ConflictDetectedJson
  'samresa.planning.v1.ConflictUpdated': planning.ConflictUpdatedJson
  'samresa.planning.v1.ConflictAcknowledged': planning.ConflictAcknowledgedJson
  'samresa.planning.v1.UntilDecidedSet': planning.UntilDecidedSetJson
  'samresa.planning.v1.ProposalSent': planning.ProposalSentJson
  'samresa.planning.v1.ProposalAnswered': planning.ProposalAnsweredJson
  'samresa.planning.v1.ProposalAccepted': planning.ProposalAcceptedJson
  'samresa.planning.v1.ProposalDeclined': planning.ProposalDeclinedJson
  'samresa.planning.v1.ProposalSuperseded': planning.ProposalSupersededJson
  'samresa.planning.v1.ConflictAgreed': planning.ConflictAgreedJson
  'samresa.planning.v1.ConflictAcceptedAsIs': planning.ConflictAcceptedAsIsJson
  'samresa.planning.v1.ConflictVerified': planning.ConflictVerifiedJson
  'samresa.planning.v1.ConflictWithdrawn': planning.ConflictWithdrawnJson
  'samresa.access.v1.AccessRecorded': access.AccessRecordedJson
  'samresa.audit.v1.CommitsWitnessed': audit.CommitsWitnessedJson
}

export type EventType = keyof EventData

/** One event with its type, so that a switch over `type` knows the data. */
export type DomainEvent<T extends EventType = EventType> = { [K in T]: { type: K; data: EventData[K] } }[T]

export type EventsOf<Package extends string> = DomainEvent<Extract<EventType, `samresa.${Package}.v1.${string}`>>

/** What kind of data an event carries: the first thing that visibility asks. */
export type DataClass = 'plan' | 'consent' | 'enrolment' | 'receipt' | 'access' | 'evidence'

interface CatalogueEntry<T extends EventType> {
  dataClass: DataClass
  /** RFC 6901 pointers of the texts and health facts in this event's data that are sealed before it is stored. */
  sealed: (data: EventData[T]) => string[]
}

const nothing = () => []

/** True when a measure's areas, place and requirements would tell about someone's health or social care. */
export const tellsHealth = (owner: string | undefined, areas: readonly string[] | undefined): boolean =>
  givesCare(owner ?? '') || (areas ?? []).includes('health')

const measureTexts = (pointer: string, owner: string | undefined, measure: MeasureJson | undefined): string[] =>
  measure === undefined
    ? []
    : [
        `${pointer}/title`,
        `${pointer}/purpose`,
        `${pointer}/leadsTo`,
        ...(tellsHealth(owner, measure.areas) ? [`${pointer}/areas`, `${pointer}/place`, `${pointer}/requires`] : []),
      ]

const partyAreas = (data: { parties?: planning.PartyJson[] }): string[] =>
  (data.parties ?? []).flatMap((party, index) => (tellsHealth(party.owner, party.areas) ? [`/parties/${index}/areas`] : []))

const changeTexts = (pointer: string, changes: planning.PlanChangeJson[] | undefined): string[] =>
  (changes ?? []).flatMap((change, index) => measureTexts(`${pointer}/${index}/measure`, undefined, change.measure))

const measureEvent = {
  dataClass: 'plan',
  sealed: (data: { owner?: string; measure?: MeasureJson }) => measureTexts('/measure', data.owner, data.measure),
} as const
const conflictEvent = { dataClass: 'plan', sealed: partyAreas } as const

/** Data class and sealed parts of every event type: the one place that knows them. */
export const catalogue: { [T in EventType]: CatalogueEntry<T> } = {
  'samresa.journey.v1.ParticipantEnrolled': { dataClass: 'enrolment', sealed: nothing },
  'samresa.journey.v1.ConsentGiven': { dataClass: 'consent', sealed: nothing },
  'samresa.journey.v1.ConsentWithdrawn': { dataClass: 'consent', sealed: nothing },
  'samresa.agency.v1.MeasureReported': { dataClass: 'plan', sealed: (data) => measureTexts('/measure', data.agency, data.measure) },
  'samresa.agency.v1.MeasureReportUnchanged': { dataClass: 'receipt', sealed: nothing },
  'samresa.agency.v1.MeasureReportRejected': { dataClass: 'receipt', sealed: nothing },
  'samresa.agency.v1.ProposalAnswerReported': {
    dataClass: 'receipt',
    sealed: (data) => ['/reason', ...measureTexts('/counter', data.agency, data.counter)],
  },
  'samresa.planning.v1.PlanOpened': { dataClass: 'enrolment', sealed: nothing },
  'samresa.planning.v1.MeasureAdded': measureEvent,
  'samresa.planning.v1.AgencyMeasureRecorded': measureEvent,
  'samresa.planning.v1.MeasureChanged': measureEvent,
  'samresa.planning.v1.MeasureRemoved': { dataClass: 'plan', sealed: (data) => (tellsHealth(data.owner, data.areas) ? ['/areas'] : []) },
  'samresa.planning.v1.ConflictDetected': conflictEvent,
  'samresa.planning.v1.ConflictUpdated': conflictEvent,
  'samresa.planning.v1.ConflictAcknowledged': conflictEvent,
  'samresa.planning.v1.UntilDecidedSet': { dataClass: 'plan', sealed: (data) => ['/text', ...partyAreas(data)] },
  'samresa.planning.v1.ProposalSent': {
    dataClass: 'plan',
    sealed: (data) => [
      '/reason',
      ...(data.options ?? []).flatMap((option, index) => [
        `/options/${index}/label`,
        ...changeTexts(`/options/${index}/changes`, option.changes),
      ]),
      ...partyAreas(data),
    ],
  },
  'samresa.planning.v1.ProposalAnswered': {
    dataClass: 'plan',
    sealed: (data) => ['/reason', ...changeTexts('/counter', data.counter), ...partyAreas(data)],
  },
  'samresa.planning.v1.ProposalAccepted': conflictEvent,
  'samresa.planning.v1.ProposalDeclined': conflictEvent,
  'samresa.planning.v1.ProposalSuperseded': conflictEvent,
  'samresa.planning.v1.ConflictAgreed': conflictEvent,
  'samresa.planning.v1.ConflictAcceptedAsIs': { dataClass: 'plan', sealed: (data) => ['/reason', ...partyAreas(data)] },
  'samresa.planning.v1.ConflictVerified': conflictEvent,
  'samresa.planning.v1.ConflictWithdrawn': conflictEvent,
  'samresa.access.v1.AccessRecorded': { dataClass: 'access', sealed: nothing },
  'samresa.audit.v1.CommitsWitnessed': { dataClass: 'evidence', sealed: nothing },
}

export const isEventType = (type: string): type is EventType => Object.hasOwn(catalogue, type)
