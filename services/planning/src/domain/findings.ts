import type { planning } from '@samresa/contracts'
import { type Agency, idFrom } from '@samresa/kernel'
import type { PlanContext } from './commands.ts'
import { runsOfPair } from './conflicts/pair-rule.ts'
import { pairCodes, rules } from './conflicts/rules.ts'
import type { ConflictCode, Plan, PlannedMeasure, Severity } from './plan.ts'
import { horizonFrom, mayShareDates, scheduleOf } from './schedule.ts'

/** What a rule has found: a conflict that holds. */
export interface Found {
  conflictId: string
  code: ConflictCode
  severity: Severity
  /** The agency that resolves it. */
  owner: Agency
  /** Sorted by measure id. */
  parties: planning.PartyJson[]
  finding: planning.FindingJson
}

/** One conflict per code and measures; for the load rule, per capacity period. */
const conflictIdFrom = (participantId: string, code: ConflictCode, ...what: string[]): string =>
  idFrom('conflict', participantId, code, ...what)

/** What visibility needs to know of a measure. */
export const partyFrom = ({ measureId, owner, measure }: Pick<PlannedMeasure, 'measureId' | 'owner' | 'measure'>): planning.PartyJson => ({
  measureId,
  owner,
  ...(measure.areas === undefined ? {} : { areas: measure.areas }),
})

/** Everything the rules find in a plan. */
export function findAll(plan: Plan, of: PlanContext): Found[] {
  const context = { ...of, horizon: horizonFrom(of.today) }
  const measures = [...plan.measures.values()]
  const pairs = measures.flatMap((a, index) => measures.slice(index + 1).flatMap((b) => findInPair(a, b, context)))
  return [...pairs, ...measures.flatMap((measure) => findInMeasure(measure, context)), ...findInLoad(plan, context)]
}

/** What the rules find that the changed measures are part of. The load rule looks at the plan as a whole, when a changed measure counts. */
export function findAround(plan: Plan, changed: ReadonlySet<string>, { load, ...of }: PlanContext & { load: boolean }): Found[] {
  const context = { ...of, horizon: horizonFrom(of.today) }
  const found: Found[] = []
  for (const measureId of changed) {
    const measure = plan.measures.get(measureId)
    if (measure === undefined) continue
    for (const other of plan.measures.values()) {
      const isDone = other === measure || (changed.has(other.measureId) && other.measureId < measureId)
      if (!isDone) found.push(...findInPair(measure, other, context))
    }
    found.push(...findInMeasure(measure, context))
  }
  return load ? [...found, ...findInLoad(plan, context)] : found
}

/** With the last day that open-ended measures are looked at. */
type RuleContext = PlanContext & { horizon: number }

function findInPair(a: PlannedMeasure, b: PlannedMeasure, { participantId, region, horizon }: RuleContext): Found[] {
  if (!mayShareDates(scheduleOf(a.measure), scheduleOf(b.measure), horizon)) return []
  const pair = a.measureId < b.measureId ? ([a, b] as const) : ([b, a] as const)
  return pairCodes.flatMap((code) => {
    const occurrences = runsOfPair(rules[code].rule, pair, { region, horizon })
    if (occurrences.length === 0) return []
    return [
      {
        conflictId: conflictIdFrom(participantId, code, ...pair.map(({ measureId }) => measureId)),
        code,
        severity: rules[code].severity(),
        owner: rules[code].resolver(pair),
        parties: pair.map(partyFrom),
        finding: { code, occurrences },
      },
    ]
  })
}

function findInMeasure(measure: PlannedMeasure, { participantId }: PlanContext): Found[] {
  const code = 'PLAN_DEVIATION'
  if (!rules[code].rule(measure)) return []
  return [
    {
      conflictId: conflictIdFrom(participantId, code, measure.measureId),
      code,
      severity: rules[code].severity(),
      owner: rules[code].resolver([measure]),
      parties: [partyFrom(measure)],
      finding: { code },
    },
  ]
}

function findInLoad(plan: Plan, { participantId, region, horizon }: RuleContext): Found[] {
  const code = 'OVER_CAPACITY'
  return rules[code].rule(plan.measures.values(), plan.capacity, { region, horizon }).map((overload) => ({
    conflictId: conflictIdFrom(participantId, code, overload.periodStart),
    code,
    severity: rules[code].severity(overload.slight),
    owner: rules[code].resolver(overload.measures),
    parties: overload.measures.map(partyFrom).sort((a, b) => (a.measureId! < b.measureId! ? -1 : 1)),
    finding: { code, weeks: overload.weeks },
  }))
}
