import type { gateway, journey } from '@samresa/contracts'
import { type Agency, measureIdFrom, speakerOf } from '@samresa/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PlanCommand, PlanContext } from './commands.ts'
import { findAll } from './findings.ts'
import { expandOccurrences, expandWeeks } from './occurrences.ts'
import { type Plan, planDecider } from './plan.ts'
import { isOpen } from './recheck.ts'
import { createRegion, type RegionFacts } from './region.ts'

/* The twin knows nothing of the engine: it makes every date, every occurrence and every pair, and counts hours as fractions of a minute. */

const seed = Number(process.env['SAMRESA_SEED'] ?? Date.now() % 2_147_483_647)
const runs = 2_000

const dayNames = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const plusDays = (date: string, days: number): string => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10)
const dayName = (date: string): string => dayNames[(new Date(date).getUTCDay() + 6) % 7]!
const mondayOfDate = (date: string): string => plusDays(date, -dayNames.indexOf(dayName(date)))
const isoWeek = (date: string): string => {
  const thursday = plusDays(mondayOfDate(date), 3)
  const firstThursdayWeek = mondayOfDate(`${thursday.slice(0, 4)}-01-04`)
  const number = (Date.parse(mondayOfDate(date)) - Date.parse(firstThursdayWeek)) / (7 * 86_400_000) + 1
  return `${thursday.slice(0, 4)}-W${String(number).padStart(2, '0')}`
}
const minutes = (time: string): number => Number(time.split(':')[0]) * 60 + Number(time.split(':')[1])
const clock = (value: number): string => `${String(Math.floor(value / 60)).padStart(2, '0')}:${String(value % 60).padStart(2, '0')}`

const today = '2026-12-07'
/** Open-ended measures run this long; the twin expands all of it. */
const lastDay = '2028-12-07'

interface Planned {
  owner: Agency
  measure: gateway.MeasureJson
}

interface Situation {
  region: RegionFacts
  capacity: journey.CapacityPeriodJson[]
  measures: Planned[]
}

const places = ['AME', 'LAR', 'STO', 'ONL', 'XXX']
const aDate = fc.integer({ min: 0, max: 69 }).map((days) => plusDays('2026-11-30', days))
const aRow = fc
  .record({
    days: fc.subarray(dayNames, { minLength: 1, maxLength: 3 }),
    start: fc.integer({ min: 28, max: 60 }),
    quarters: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ days, start, quarters }) => ({ days, start: clock(start * 15), end: clock((start + quarters) * 15) }))
const withoutOverlap = (rows: { days: string[]; start: string; end: string }[]) =>
  rows.filter((row, index) =>
    rows
      .slice(0, index)
      .every((other) => !other.days.some((day) => row.days.includes(day)) || row.end <= other.start || other.end <= row.start),
  )

const aMeasure: fc.Arbitrary<gateway.MeasureJson> = fc
  .record({
    from: aDate,
    length: fc.option(fc.integer({ min: 0, max: 69 }), { freq: 12, nil: undefined }),
    rows: fc.array(aRow, { minLength: 0, maxLength: 3 }).map(withoutOverlap),
    place: fc.option(fc.constantFrom(...places), { nil: undefined }),
    selfPaced: fc.option(fc.constantFrom(4, 7.5, 3.33, 0.1, 12.05), { freq: 4 }),
    counts: fc.option(fc.boolean(), { nil: undefined }),
  })
  .map(({ from, length, rows, place, selfPaced, counts }) => ({
    title: 'Insats',
    purpose: 'p',
    leadsTo: 'l',
    from,
    ...(length === undefined ? {} : { to: plusDays(from, length) }),
    ...(selfPaced === null ? { weekly: rows } : { hoursPerWeek: selfPaced }),
    ...(place === undefined ? {} : { place }),
    ...(counts === undefined ? {} : { countsAsLoad: counts }),
  }))

const owners: Agency[] = ['AME', 'AF', 'FK', 'VUX', 'REGION']
const aPlanned = fc.record({ owner: fc.constantFrom(...owners), measure: aMeasure })

const aRegion: fc.Arbitrary<RegionFacts> = fc
  .record({ holidays: fc.uniqueArray(aDate, { maxLength: 8 }), minutes: fc.constantFrom(0, 15, 20, 50, 75) })
  .map(({ holidays, minutes: way }) => ({
    municipality: 'Granlunda',
    timeZone: 'Europe/Stockholm',
    holidays,
    places: { AME: 'a', LAR: 'l', STO: 's', ONL: 'o' },
    travelMinutes: [
      ['AME', 'STO', way],
      ['LAR', 'AME', 15],
    ],
    defaultTravelMinutes: 30,
  }))

const aCapacity = fc
  .uniqueArray(
    fc.record({ from: aDate, length: fc.option(fc.integer({ min: 0, max: 60 })), hoursPerWeek: fc.constantFrom(5, 7.5, 10, 20, 40) }),
    {
      maxLength: 3,
      selector: ({ from }) => from,
    },
  )
  .map((periods) =>
    periods.map(({ from, length, hoursPerWeek }) => ({ from, hoursPerWeek, ...(length === null ? {} : { to: plusDays(from, length) }) })),
  )

const numbered = (measures: Planned[]): Planned[] =>
  measures.map(({ owner, measure }, index) => ({ owner, measure: { ref: `m${index}`, ...measure } }))
const aSituation = fc.record({ region: aRegion, capacity: aCapacity, measures: fc.array(aPlanned, { maxLength: 10 }).map(numbered) })

const contextOf = (facts: RegionFacts): PlanContext => ({
  participantId: 'p',
  region: createRegion(facts),
  now: '2026-12-07T08:00:00.000Z',
  today,
})
const idOf = ({ owner, measure }: Planned): string => measureIdFrom('p', owner, measure.ref ?? '')

const run = (plan: Plan, command: PlanCommand): Plan => {
  const decision = planDecider.decide(command, plan)
  if ('rejection' in decision) throw new Error(JSON.stringify(decision.rejection))
  return decision.events.reduce(planDecider.evolve, plan)
}

const add = (plan: Plan, planned: Planned, context: PlanContext): Plan =>
  run(plan, { type: 'AddMeasure', measureId: idOf(planned), ...planned, agreed: true, context })

const report = (plan: Plan, planned: Planned, context: PlanContext): Plan => {
  const version = String(Number(plan.measures.get(idOf(planned))?.version ?? 0) + 1)
  const facts = { receiptId: 'r', channel: 'CHANNEL_GRPC', decidedAt: context.now } as const
  return run(plan, {
    type: 'RecordAgencyMeasure',
    measureId: idOf(planned),
    owner: planned.owner,
    measure: { ...planned.measure, version },
    ...facts,
    context,
  })
}

const planOf = ({ region, capacity, measures }: Situation): Plan => {
  const context = contextOf(region)
  const opened = run(planDecider.initial, { type: 'OpenPlan', capacity, context })
  return measures.reduce((plan, planned) => add(plan, planned, context), opened)
}

interface TwinOccurrence {
  date: string
  start: number
  end: number
}

function occurrencesOf({ measure }: Planned, { holidays }: RegionFacts): TwinOccurrence[] {
  const found: TwinOccurrence[] = []
  for (let date = measure.from!; date <= (measure.to ?? lastDay); date = plusDays(date, 1)) {
    if (holidays.includes(date)) continue
    for (const row of measure.weekly ?? []) {
      if (row.days!.includes(dayName(date))) found.push({ date, start: minutes(row.start!), end: minutes(row.end!) })
    }
  }
  return found
}

function wayBetween(a: string | undefined, b: string | undefined, region: RegionFacts): number {
  if (a === 'ONL' || b === 'ONL') return 0
  if (a !== undefined && a === b) return 0
  const listed = region.travelMinutes.find(([from, to]) => (from === a && to === b) || (from === b && to === a))
  return listed?.[2] ?? region.defaultTravelMinutes
}

function twinRows({ region, capacity, measures }: Situation): string[] {
  const rows = new Set<string>()
  const expanded = measures.map((planned) => ({ planned, id: idOf(planned), occurrences: occurrencesOf(planned, region) }))
  for (const [index, a] of expanded.entries()) {
    for (const b of expanded.slice(index + 1)) {
      const way = wayBetween(a.planned.measure.place, b.planned.measure.place, region)
      const byDate = Map.groupBy(b.occurrences, ({ date }) => date)
      for (const x of a.occurrences) {
        for (const y of byDate.get(x.date) ?? []) {
          const ids = [a.id, b.id].sort().join()
          const [first, second] = x.start <= y.start ? [x, y] : [y, x]
          if (x.start < y.end && y.start < x.end) {
            rows.add(`TIME_OVERLAP ${ids} ${x.date} ${clock(Math.max(x.start, y.start))} ${clock(Math.min(x.end, y.end))}`)
          } else if (second.start - first.end < way) rows.add(`TRAVEL_TIME ${ids} ${x.date} ${clock(first.end)} ${clock(second.start)}`)
        }
      }
    }
  }
  for (let monday = mondayOfDate('2026-11-30'); monday <= lastDay; monday = plusDays(monday, 7)) {
    const workdays = [0, 1, 2, 3, 4].map((days) => plusDays(monday, days))
    const valid = capacity.filter(({ from, to }) => workdays.some((date) => from! <= date && date <= (to ?? '9999-12-31')))
    if (valid.length === 0) continue
    const lowest = Math.min(...valid.map(({ hoursPerWeek }) => Number(hoursPerWeek)))
    const sunday = plusDays(monday, 6)
    let hundredths = 0
    for (const { planned, occurrences } of expanded) {
      const { measure } = planned
      if (measure.countsAsLoad === false) continue
      for (const { date, start, end } of occurrences) if (date >= monday && date <= sunday) hundredths += (end - start) * 100
      const touches = measure.from! <= sunday && (measure.to ?? lastDay) >= monday && measure.from! <= (measure.to ?? lastDay)
      if (measure.hoursPerWeek !== undefined && touches) hundredths += Math.round(Number(measure.hoursPerWeek) * 100) * 60
    }
    if (hundredths > lowest * 6000) rows.add(`OVER_CAPACITY ${isoWeek(monday)} ${Math.round(hundredths / 60) / 100} ${lowest}`)
  }
  return [...rows].sort()
}

const engineRows = (plan: Plan, context: PlanContext): string[] =>
  findAll(plan, context)
    .filter(({ code }) => code !== 'PLAN_DEVIATION')
    .flatMap(({ code, parties, finding }) =>
      code === 'OVER_CAPACITY'
        ? expandWeeks(finding.weeks ?? []).map(({ week, hours, capacity }) => `${code} ${week} ${hours} ${capacity}`)
        : expandOccurrences(finding.occurrences ?? []).map(
            ({ date, start, end }) => `${code} ${parties.map(({ measureId }) => measureId).join()} ${date} ${start} ${end}`,
          ),
    )
    .sort()

test(`the rules find what expanding every occurrence finds (seed ${seed}, ${runs} plans)`, { timeout: 120_000 }, () => {
  let found = 0
  fc.assert(
    fc.property(aSituation, (situation) => {
      const rows = engineRows(planOf(situation), contextOf(situation.region))
      found += rows.length
      expect(rows).toEqual(twinRows(situation))
    }),
    { seed, numRuns: runs },
  )
  expect(found).toBeGreaterThan(runs)
})

type Step =
  | { kind: 'enter' | 'report'; planned: Planned }
  | { kind: 'edit'; pick: number; measure: gateway.MeasureJson }
  | { kind: 'remove' | 'adopt'; pick: number }

const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('enter' as const, 'report' as const), planned: aPlanned }),
  fc.record({
    kind: fc.constantFrom('report' as const),
    planned: aPlanned.map(({ owner, measure }) => ({ owner, measure: { ref: 'same', ...measure } })),
  }),
  fc.record({ kind: fc.constantFrom('edit' as const), pick: fc.nat(), measure: aMeasure }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'adopt' as const), pick: fc.nat() }),
)

function take(plan: Plan, step: Step, { context, index }: { context: PlanContext; index: number }): Plan {
  if ('planned' in step) {
    const planned = { owner: step.planned.owner, measure: { ref: `s${index}`, ...step.planned.measure } }
    return step.kind === 'enter' ? add(plan, planned, context) : report(plan, planned, context)
  }
  const measures = [...plan.measures.values()]
  const picked = measures[step.pick % Math.max(1, measures.length)]
  if (picked === undefined) return plan
  // AME edits what no agency has reported; the others come again as reports.
  if (step.kind === 'edit' && picked.reported && speakerOf(picked.owner) !== 'AME') {
    return report(plan, { owner: picked.owner, measure: { ...step.measure, ref: picked.measure.ref! } }, context)
  }
  if (step.kind === 'edit') return run(plan, { type: 'ChangeMeasure', measureId: picked.measureId, measure: step.measure, context })
  return settle(plan, { measureId: picked.measureId, remove: step.kind === 'remove', proposalId: `p${index}`, context })
}

/** A proposal that everyone accepts: the way in which a plan loses a measure, or agrees to other times. */
function settle(
  plan: Plan,
  { measureId, remove, proposalId, context }: { measureId: string; remove: boolean; proposalId: string; context: PlanContext },
): Plan {
  const conflict = [...plan.conflicts.values()].find(isOpen)
  if (conflict === undefined) return plan
  const changes = [remove ? { measureId, remove } : { measureId, from: '2026-12-14', to: '2026-12-20' }]
  const options = [{ id: 'o', label: 'A', changes }]
  const sent = run(plan, { type: 'SendProposal', proposalId, conflictId: conflict.conflictId, options, reason: 'r', by: 'AME', context })
  const accepters = sent.proposals.get(proposalId)!.options[0]!.accepters
  return accepters.reduce(
    (heard, by) => run(heard, { type: 'AnswerProposal', proposalId, optionId: 'o', answer: 'ACCEPT', by, context }),
    sent,
  )
}

test(`checking only what a change touches leaves what a full check finds (seed ${seed}, ${runs} plans)`, { timeout: 120_000 }, () => {
  let adopted = 0
  fc.assert(
    fc.property(aSituation, fc.array(aStep, { maxLength: 6 }), (situation, steps) => {
      const context = contextOf(situation.region)
      const small = { ...situation, measures: situation.measures.slice(0, 5) }
      const plan = steps.reduce((current, step, index) => take(current, step, { context, index }), planOf(small))
      adopted += [...plan.proposals.values()].filter(({ state }) => state === 'ACCEPTED').length
      const open = [...plan.conflicts.values()].filter((conflict) => isOpen(conflict))
      const held = open.map(({ conflictId, code, severity, owner, parties, finding }) => ({
        conflictId,
        code,
        severity,
        owner,
        parties,
        finding,
      }))
      const byId = (a: { conflictId: string }, b: { conflictId: string }) => (a.conflictId < b.conflictId ? -1 : 1)
      expect(held.sort(byId)).toEqual(findAll(plan, context).sort(byId))
    }),
    { seed, numRuns: runs },
  )
  expect(adopted).toBeGreaterThan(runs / 20)
})
