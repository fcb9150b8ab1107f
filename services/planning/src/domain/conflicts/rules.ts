import { type Agency, speakerOf } from '@samresa/kernel'
import type { ConflictCode, PlannedMeasure, Severity } from '../plan.ts'
import { overCapacity } from './over-capacity.ts'
import { planDeviation } from './plan-deviation.ts'
import { timeOverlap } from './time-overlap.ts'
import { travelTime } from './travel-time.ts'

/** AME plans the journey: what no one else must move, it does. */
const planner = (): Agency => 'AME'

const latestOf = (measures: readonly PlannedMeasure[]): PlannedMeasure | undefined =>
  measures.reduce<PlannedMeasure | undefined>(
    (latest, measure) => (latest === undefined || measure.order > latest.order ? measure : latest),
    undefined,
  )

/** Who came last into a plan of others moves; AME when all is its own. */
function laterAgency(measures: readonly PlannedMeasure[]): Agency {
  const latest = latestOf(measures.filter(({ owner }) => speakerOf(owner) !== 'AME'))
  return latest === undefined ? planner() : speakerOf(latest.owner)
}

/** Who added the last of what is too much. */
function latestContributor(measures: readonly PlannedMeasure[]): Agency {
  const latest = latestOf(measures)
  return latest === undefined ? planner() : speakerOf(latest.owner)
}

const always = (severity: Severity) => () => severity

interface RuleEntry {
  severity(slight: boolean): Severity
  /** The agency that owns the conflict, from the measures it is about. */
  resolver(measures: readonly PlannedMeasure[]): Agency
}

/** Every conflict the plan knows: how serious, who resolves it, and the rule that finds it. */
export const rules = {
  TIME_OVERLAP: { severity: always('high'), resolver: laterAgency, findIn: 'pair', rule: timeOverlap },
  TRAVEL_TIME: { severity: always('medium'), resolver: planner, findIn: 'pair', rule: travelTime },
  OVER_CAPACITY: {
    severity: (slight: boolean) => (slight ? 'low' : 'high'),
    resolver: latestContributor,
    findIn: 'plan',
    rule: overCapacity,
  },
  PLAN_DEVIATION: { severity: always('high'), resolver: laterAgency, findIn: 'measure', rule: planDeviation },
} as const satisfies Record<ConflictCode, RuleEntry & { findIn: 'pair' | 'plan' | 'measure'; rule: unknown }>

/** The rules that compare two measures. */
export const pairCodes = ['TIME_OVERLAP', 'TRAVEL_TIME'] as const satisfies readonly ConflictCode[]
