import type { EventsOf, gateway, journey, planning } from '@samresa/contracts'
import type { Agency, Decider } from '@samresa/kernel'
import type { PlanCommand, ProposalAnswer, ProposedOption } from './commands.ts'
import { decide } from './decide.ts'
import { evolve } from './evolve.ts'
import { emptySharedMap, type SharedMap } from './shared-map.ts'

export type * from './commands.ts'

/** Everything that can have happened to a plan. */
export type PlanEvent = EventsOf<'planning'>

export type MeasureState = 'AGREED' | 'REPORTED'
export type ConflictCode = 'TIME_OVERLAP' | 'TRAVEL_TIME' | 'OVER_CAPACITY' | 'PLAN_DEVIATION'
export type Severity = 'low' | 'medium' | 'high'
export type ConflictState = 'DETECTED' | 'ACKNOWLEDGED' | 'PROPOSED' | 'AGREED' | 'DECIDED' | 'ACCEPTED_AS_IS' | 'VERIFIED' | 'WITHDRAWN'
export type ProposalState = 'OPEN' | 'ACCEPTED' | 'DECLINED' | 'SUPERSEDED'

/** Times that no longer count. */
export interface EarlierSchedule {
  version: string
  weekly: gateway.WeeklySlotJson[]
  from: string
  to?: string
  hoursPerWeek?: number
  /** When that version was recorded, RFC 3339. */
  recordedAt: string
}

export interface PlannedMeasure {
  measureId: string
  owner: Agency
  measure: gateway.MeasureJson
  /** int64 as text, as in protojson. */
  version: string
  /** AGREED while the plan has agreed to the measure and to these times. */
  state: MeasureState
  /** Place in the order of adding, from 0: who came later resolves a clash. */
  order: number
  /** JSON pointers into the measure of what is missing or unknown. */
  incomplete: string[]
  /** Earlier times, oldest first. */
  history: EarlierSchedule[]
  /** The plan has agreed to the measure as such, or AME entered it as agreed. */
  agreed: boolean
  /** An agency has told it itself, or had it told: from then on its word decides. */
  reported: boolean
  /** The times AME entered or agreed to (`scheduleKey`); absent while there are none. */
  agreedSchedule?: string
  recordedAt: string
}

export interface UntilDecided {
  text: string
  attend?: string
  nothingToDo: boolean
  by: Agency
  at: string
}

export interface PlanConflict {
  conflictId: string
  code: ConflictCode
  severity: Severity
  /** The agency that resolves it. */
  owner: Agency
  state: ConflictState
  /** The measures it is about, sorted by id. */
  parties: planning.PartyJson[]
  finding: planning.FindingJson
  detectedAt: string
  untilDecided?: UntilDecided
  /** The proposal that was agreed. */
  proposalId?: string
  optionId?: string
  /** Why it was accepted as it is. */
  reason?: string
  closedAt?: string
}

export interface RecordedAnswer {
  by: Agency | 'PARTICIPANT'
  answer: ProposalAnswer
  optionId?: string
  reason?: string
  counter?: planning.PlanChangeJson[]
  at: string
}

/** An option, and the agencies that must all accept it. */
export interface PlanOption extends ProposedOption {
  accepters: Agency[]
}

export interface PlanProposal {
  proposalId: string
  conflictId: string
  state: ProposalState
  /** Of the conflict and of every change. */
  parties: planning.PartyJson[]
  options: PlanOption[]
  reason: string
  by: Agency
  sentAt: string
  answers: RecordedAnswer[]
  /** The option everyone accepted. */
  acceptedOptionId?: string
}

/** A participant's plan as its events tell it. Values are never changed in place: evolving makes a new plan that shares what stayed the same. */
export interface Plan {
  /** False until something is first decided about the plan; capacity is then unknown here. */
  opened: boolean
  capacity: journey.CapacityPeriodJson[]
  /** By id, in the order of adding. */
  measures: SharedMap<PlannedMeasure>
  /** By id, closed ones too, in the order of detection. */
  conflicts: SharedMap<PlanConflict>
  /** By id, in the order of sending. */
  proposals: SharedMap<PlanProposal>
  /** How many measures were ever added. */
  added: number
}

const initial: Plan = {
  opened: false,
  capacity: [],
  measures: emptySharedMap(),
  conflicts: emptySharedMap(),
  proposals: emptySharedMap(),
  added: 0,
}

/** The rules of one participant's plan. */
export const planDecider: Decider<Plan, PlanCommand, PlanEvent> = { initial, decide, evolve }
