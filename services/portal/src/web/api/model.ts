/** What the services answer, as far as the pages show it. Every field beyond the ids may be missing: masked things carry little. */

export interface Me {
  user: string
  role: 'caseworker' | 'officer' | 'agency-system' | 'participant' | 'auditor' | 'operator' | 'scenario'
  agency?: string
  participantId?: string
}

export interface Page<Item> {
  items: Item[]
  page: number
  limit: number
  total: number
}

export interface ConsentAnswer {
  consentId: string
  between: string[]
  from: string
  to?: string
  except?: string[]
  withdrawnOn?: string
}

export interface Participant {
  participantId: string
  name: string
  languages?: string[]
  agencies: string[]
  consents?: ConsentAnswer[]
  phone?: string
}

export interface WeeklySlot {
  days: string[]
  start: string
  end: string
}

export interface Schedule {
  weekly?: WeeklySlot[]
  from?: string
  to?: string
}

export interface PlanMeasure extends Schedule {
  /** Not on masked ones. */
  measureId?: string
  masked?: boolean
  ref?: string
  owner?: string
  version?: string
  state?: 'AGREED' | 'REPORTED'
  title?: string
  areas?: string[]
  place?: string
  hoursPerWeek?: number
  purpose?: string
  leadsTo?: string
  incomplete?: string[]
  history?: (Schedule & { version: string; recordedAt?: string })[]
}

export interface Plan {
  participantId: string
  today: string
  capacity?: { from: string; to?: string; hoursPerWeek: number }[]
  measures: PlanMeasure[]
}

/** Weekly dates with the same times, from first to last, without those left out. */
export interface OccurrenceRun {
  day?: string
  start: string
  end: string
  first: string
  last: string
  count: number
  leftOut?: string[]
}

export interface Occurrence {
  date: string
  start: string
  end: string
}

export interface WeekLoad {
  week?: string
  firstWeek?: string
  lastWeek?: string
  hours?: number
  capacity?: number
  count?: number
}

export interface SwedishText {
  sv?: string
}

export interface Finding {
  code: string
  measures?: string[]
  occurrences?: (OccurrenceRun | Occurrence)[]
  weeks?: WeekLoad[]
  explanation?: SwedishText | string
}

export type ConflictState = 'DETECTED' | 'ACKNOWLEDGED' | 'PROPOSED' | 'AGREED' | 'DECIDED' | 'ACCEPTED_AS_IS' | 'VERIFIED' | 'WITHDRAWN'

export interface UntilDecided {
  /** Not there when sealed. */
  text?: string
  attend?: string
  nothingToDo?: boolean
  by?: string
}

export interface Conflict extends Finding {
  id: string
  severity?: 'low' | 'medium' | 'high'
  state: ConflictState
  /** One side is somebody else's busy time. */
  masked?: boolean
  owner?: { agency: string; text?: SwedishText }
  nextStep?: SwedishText
  untilDecided?: UntilDecided
  detectedAt?: string
  closed?: { at: string; recheckEventId: string }
  correlationId?: string
}

export interface NewMeasure extends Schedule {
  title: string
}

export interface Change extends Schedule {
  measureId?: string
  /** The last day is taken away. */
  openEnded?: boolean
  remove?: boolean
  measure?: NewMeasure
}

export interface Preview {
  caused: Finding[]
  cured: string[]
  remaining: Finding[]
  hoursPerWeek: { week: string; hours?: number; capacity?: number }[]
  sessionsLost: { measureId: string; sessions: number }[]
}

export interface ProposalOption {
  id: string
  label: string
  changes: Change[]
  /** The agencies that must all accept it. */
  accepters?: string[]
  preview?: Preview
}

export type Answer = 'ACCEPT' | 'DECLINE' | 'COUNTER' | 'WORKS' | 'ANOTHER_TIME' | 'CANNOT'

export interface ProposalAnswer {
  optionId?: string
  answer: Answer
  reason?: string
  by?: string
  at?: string
  changes?: Change[]
}

export interface Proposal {
  id: string
  conflictId: string
  state: 'OPEN' | 'ACCEPTED' | 'DECLINED' | 'SUPERSEDED'
  options: ProposalOption[]
  reason?: string
  answers?: ProposalAnswer[]
  acceptedOptionId?: string
}

export interface TimelineItem {
  eventId: string
  type?: string
  occurredAt: string
  source?: string
  correlationId?: string
  view: 'whole' | 'masked' | 'sealed'
  title?: SwedishText
  data?: Record<string, unknown>
}

/** A page of the timeline; `cursor` is where its stream goes on without missing anything. */
export interface TimelinePage extends Page<TimelineItem> {
  cursor?: string
}

export interface Region {
  municipality?: string
  places: Record<string, string>
  holidays: string[]
}

export interface TraceStep {
  at: string
  service: string
  step: 'RECEIVED' | 'COMMITTED' | 'TIMELINE' | 'DELIVERED'
  type: string
  eventId: string
  to?: string
}

export interface AccessRecord {
  at: string
  actor: { user: string; agency?: string; role: string }
  participantId: string
  service: string
  route: string
  purpose: string
  decision: 'ALLOWED' | 'DENIED'
  correlationId: string
}
