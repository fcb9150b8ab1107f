/** A scenario as it stands in its file, once checked. Dates are YYYY-MM-DD, times HH:MM. */
export interface Scenario {
  people: Person[]
}

export interface Person {
  participant: Participant
  measures: ScenarioMeasure[]
  steps: Step[]
  expected?: { initial: ExpectedRow[]; afterMoves?: ExpectedRow[] }
}

export interface Participant {
  id: string
  name: string
  personalNumber: string
  phone?: string
  languages?: string[]
  agencies: string[]
  capacity?: { from: string; to?: string; hoursPerWeek: number }[]
  consents?: { between: string[]; from: string; to?: string; withdrawn?: string; except?: string[] }[]
  protectedIdentity?: boolean
}

export interface WeeklyRow {
  days: string[]
  start: string
  end: string
}

export interface ScenarioMeasure {
  id: string
  owner: string
  title?: string
  area?: string
  place?: string
  weekly?: WeeklyRow[]
  from: string
  to?: string
  hoursPerWeek?: number
  purpose?: string
  leadsTo?: string
  language?: string
  delivery?: string
  programme?: string
  requires?: string[]
  countsAsLoad?: boolean
  inPlan?: boolean
  reportedOn?: string
}

export interface Step {
  at: string
  event: string
  move?: Move
}

export interface Move {
  measure: string
  weekly: WeeklyRow[]
  from?: string
  until?: string
}

export interface ExpectedRow {
  code: string
  measures?: string[]
  day?: string
  count?: number
  first?: string
  last?: string
  week?: string
  hours?: number
  capacity?: number
}

/** The measure as its owner has it after the move: the schedule is replaced as a whole, the dates where the move names them. */
export function afterMove(measure: ScenarioMeasure, move: Move): ScenarioMeasure {
  const { hoursPerWeek, ...rest } = measure
  return {
    ...rest,
    ...(move.weekly.length === 0 && hoursPerWeek !== undefined && { hoursPerWeek }),
    weekly: move.weekly,
    from: move.from ?? measure.from,
    ...(move.until !== undefined && { to: move.until }),
  }
}
