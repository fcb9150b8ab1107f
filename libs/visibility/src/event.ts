import { catalogue, type EventType, isEventType } from '@samresa/contracts'
import type { Actor } from '@samresa/kernel'
import { conflictFor } from './conflict.ts'
import type { AccessFacts, Party, View } from './facts.ts'
import { withoutPointers } from './json-pointer.ts'
import { type MeasureView, scheduleOf } from './measure.ts'
import { hidesPlace, viewOfParties, viewOfParty } from './party.ts'
import { relationOf } from './relation.ts'

/** How an actor may see an event, and its data in that view (protojson; absent when hidden). */
export type EventView = { view: 'hidden'; data?: undefined } | { view: Exclude<View, 'hidden'>; data: object }

interface Viewer {
  actor: Actor
  facts: AccessFacts
  today: string
}

/** The parts of an event's data that decide who sees it. */
interface EventContents {
  owner?: string
  agency?: string
  areas?: string[]
  measure?: MeasureView
  parties?: Party[]
  between?: string[]
  counter?: unknown[]
  options?: { changes?: unknown[] }[]
}

const hidden: EventView = { view: 'hidden' }

function viewOfMeasureEvent({ actor, facts, today }: Viewer, data: EventContents): EventView {
  const areas = data.areas ?? data.measure?.areas
  const view = viewOfParty(actor, facts, { owner: data.owner ?? data.agency, areas }, today)
  if (view === 'masked') return { view, data: data.measure === undefined ? {} : scheduleOf(data.measure) }
  return { view: 'whole', data }
}

function viewOfConflictEvent({ actor, facts, today }: Viewer, data: EventContents): EventView {
  const { text, attend, nothingToDo, ...rest } = data as EventContents & { text?: string; attend?: string; nothingToDo?: boolean }
  const parties = data.parties ?? []
  const conflict = conflictFor(actor, facts, { ...rest, parties, untilDecided: { text, attend, nothingToDo } }, today)
  if (conflict === undefined) return hidden
  if (!conflict.masked) {
    const { masked: _masked, untilDecided: _untilDecided, ...whole } = conflict
    return { view: 'whole', data: { ...data, ...whole } }
  }
  const { masked: _masked, untilDecided, ...shown } = conflict
  const seen = parties.filter((party) => viewOfParty(actor, facts, party, today) === 'whole')
  return { view: 'masked', data: { ...shown, parties: seen, ...(untilDecided as object | undefined) } }
}

/** Whole or not at all, as proposals are. */
function viewOfProposalEvent({ actor, facts, today }: Viewer, data: EventContents): EventView {
  const { view } = viewOfParties(actor, facts, data.parties ?? [], today)
  return view === 'whole' ? { view, data } : hidden
}

/** Consents concern the two agencies they are between, besides the participant and the caseworkers. */
function viewOfConsentEvent({ actor, facts }: Viewer, data: EventContents): EventView {
  const concerned = relationOf(actor, facts) !== 'agency' || (data.between ?? []).includes(actor.agency!)
  return concerned ? { view: 'whole', data } : hidden
}

/** Enrolment tells capacity and languages: the participant's and the caseworkers' business. */
const viewOfEnrolmentEvent = ({ actor, facts }: Viewer, data: object): EventView =>
  relationOf(actor, facts) === 'agency' ? hidden : { view: 'whole', data }

const planViews: Partial<Record<EventType, (viewer: Viewer, data: EventContents) => EventView>> = {
  'samresa.agency.v1.MeasureReported': viewOfMeasureEvent,
  'samresa.planning.v1.MeasureAdded': viewOfMeasureEvent,
  'samresa.planning.v1.AgencyMeasureRecorded': viewOfMeasureEvent,
  'samresa.planning.v1.MeasureChanged': viewOfMeasureEvent,
  'samresa.planning.v1.MeasureRemoved': viewOfMeasureEvent,
  'samresa.planning.v1.ConflictDetected': viewOfConflictEvent,
  'samresa.planning.v1.ConflictUpdated': viewOfConflictEvent,
  'samresa.planning.v1.ConflictAcknowledged': viewOfConflictEvent,
  'samresa.planning.v1.UntilDecidedSet': viewOfConflictEvent,
  'samresa.planning.v1.ConflictAgreed': viewOfConflictEvent,
  'samresa.planning.v1.ConflictAcceptedAsIs': viewOfConflictEvent,
  'samresa.planning.v1.ConflictVerified': viewOfConflictEvent,
  'samresa.planning.v1.ConflictWithdrawn': viewOfConflictEvent,
  'samresa.planning.v1.ProposalSent': viewOfProposalEvent,
  'samresa.planning.v1.ProposalAnswered': viewOfProposalEvent,
  'samresa.planning.v1.ProposalAccepted': viewOfProposalEvent,
  'samresa.planning.v1.ProposalDeclined': viewOfProposalEvent,
  'samresa.planning.v1.ProposalSuperseded': viewOfProposalEvent,
}

function viewInClass(viewer: Viewer, type: EventType, data: EventContents): EventView {
  switch (catalogue[type].dataClass) {
    case 'plan':
      return planViews[type]?.(viewer, data) ?? hidden
    case 'consent':
      return viewOfConsentEvent(viewer, data)
    case 'enrolment':
      return viewOfEnrolmentEvent(viewer, data)
    case 'receipt':
    case 'access':
    case 'evidence':
      return hidden
  }
}

const placesOfChanges = (pointer: string, changes: readonly unknown[] | undefined): string[] =>
  (changes ?? []).map((_change, index) => `${pointer}/${index}/measure/place`)

/** Wherever an event may name a place. */
const placesIn = (data: EventContents): string[] => [
  '/measure/place',
  ...placesOfChanges('/counter', data.counter),
  ...(data.options ?? []).flatMap((option, index) => placesOfChanges(`/options/${index}/changes`, option.changes)),
]

/**
 * How the actor may see an event about the participant, from its opened data. Evaluated at each delivery. Unknown types, classes and
 * actors see nothing; an auditor's view needs no opened data.
 */
export function viewOfEvent(actor: Actor, facts: AccessFacts, event: { type: string; data: unknown }, today: string): EventView {
  const relation = relationOf(actor, facts)
  if (relation === 'none' || !isEventType(event.type)) return hidden
  const data = event.data as EventContents
  const sealed = catalogue[event.type].sealed as (data: unknown) => string[]
  const shown: EventView =
    relation === 'auditor'
      ? { view: 'sealed', data: withoutPointers(data, sealed(data)) }
      : viewInClass({ actor, facts, today }, event.type, data)
  if (shown.view === 'hidden' || !hidesPlace(actor, facts)) return shown
  return { ...shown, data: withoutPointers(shown.data, placesIn(shown.data as EventContents)) }
}
