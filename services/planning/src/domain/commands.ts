import type { gateway, journey, planning } from '@samresa/contracts'
import type { Agency } from '@samresa/kernel'
import type { Region } from './region.ts'

/** What every decision is made in: whose plan, which municipality, and when. */
export interface PlanContext {
  participantId: string
  region: Region
  /** RFC 3339: becomes `occurredAt`. */
  now: string
  /** The business day, `YYYY-MM-DD`. */
  today: string
}

/** A proposed alternative: what would change if everyone agreed to it. */
export interface ProposedOption {
  id: string
  label: string
  changes: planning.PlanChangeJson[]
}

export const agencyAnswers = ['ACCEPT', 'DECLINE', 'COUNTER'] as const
export const participantAnswers = ['WORKS', 'ANOTHER_TIME', 'CANNOT'] as const
export type ProposalAnswer = (typeof agencyAnswers)[number] | (typeof participantAnswers)[number]

export interface OpenPlan {
  type: 'OpenPlan'
  capacity: journey.CapacityPeriodJson[]
}

/** AME enters a measure, for itself or on an agency's behalf. */
export interface AddMeasure {
  type: 'AddMeasure'
  measureId: string
  owner: Agency
  measure: gateway.MeasureJson
  agreed: boolean
}

export interface ChangeMeasure {
  type: 'ChangeMeasure'
  measureId: string
  measure: gateway.MeasureJson
  /** The version the caller has seen; another one is STALE. */
  expectedVersion?: string
}

/** An agency has decided: a fact that is recorded, whatever it clashes with. */
export interface RecordAgencyMeasure {
  type: 'RecordAgencyMeasure'
  measureId: string
  owner: Agency
  measure: gateway.MeasureJson
  receiptId: string
  channel: gateway.ChannelJson
  /** RFC 3339. */
  decidedAt: string
}

export interface AcknowledgeConflict {
  type: 'AcknowledgeConflict'
  conflictId: string
  by: Agency
}

/** What the participant shall do while nothing is agreed. */
export interface SetUntilDecided {
  type: 'SetUntilDecided'
  conflictId: string
  text: string
  /** The measure to go to meanwhile: one of the conflict's. */
  attend?: string
  nothingToDo?: boolean
  by: Agency
}

export interface SendProposal {
  type: 'SendProposal'
  proposalId: string
  conflictId: string
  options: ProposedOption[]
  reason: string
  by: Agency
}

export interface AnswerProposal {
  type: 'AnswerProposal'
  proposalId: string
  optionId?: string
  answer: ProposalAnswer
  reason?: string
  counter?: planning.PlanChangeJson[]
  /** The answer has a receipt already and is a fact: a counter that does not fit the plan is left out, and the answer stays. */
  received?: boolean
  by: Agency | 'PARTICIPANT'
}

export interface AcceptAsIs {
  type: 'AcceptAsIs'
  conflictId: string
  reason: string
  by: Agency
}

/** Everything that can be asked of a plan. */
export type PlanCommand = { context: PlanContext } & (
  | OpenPlan
  | AddMeasure
  | ChangeMeasure
  | RecordAgencyMeasure
  | AcknowledgeConflict
  | SetUntilDecided
  | SendProposal
  | AnswerProposal
  | AcceptAsIs
)
