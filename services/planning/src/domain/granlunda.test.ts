import { readFileSync } from 'node:fs'
import type { gateway, journey } from '@samresa/contracts'
import { type Agency, measureIdFrom } from '@samresa/kernel'
import { describe, expect, test } from 'vitest'
import type { PlanCommand, PlanContext } from './commands.ts'
import { dayFrom, weekdayOf, weekdays } from './day.ts'
import { explain } from './explanation.ts'
import { expandOccurrences, expandWeeks } from './occurrences.ts'
import { type Plan, planDecider } from './plan.ts'
import { type Preview, preview } from './preview.ts'
import { isOpen } from './recheck.ts'
import { createRegion, type RegionFacts } from './region.ts'

interface ScenarioMeasure extends gateway.MeasureJson {
  id: string
  owner: Agency
  area: string
  inPlan?: boolean
}
interface Move {
  measure: string
  weekly: gateway.WeeklySlotJson[]
  from?: string
  until?: string
}
interface Row {
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
interface Person {
  participant: { id: string; capacity: journey.CapacityPeriodJson[] }
  measures: ScenarioMeasure[]
  steps: { move?: Move }[]
  expected: { initial: Row[]; afterMoves?: Row[] }
}

const file = new URL('../../../../tests/scenarios/granlunda.json', import.meta.url)
const scenario = JSON.parse(readFileSync(file, 'utf8')) as { region: RegionFacts; people: Person[] }
const region = createRegion(scenario.region)

const contextOf = (person: Person): PlanContext => ({
  participantId: person.participant.id,
  region,
  now: '2026-04-28T06:00:00.000Z',
  today: '2026-04-28',
})

const run = (plan: Plan, command: PlanCommand): Plan => {
  const decision = planDecider.decide(command, plan)
  if ('rejection' in decision) throw new Error(JSON.stringify(decision.rejection))
  return decision.events.reduce(planDecider.evolve, plan)
}

const idOf = (person: Person, ref: string): string =>
  measureIdFrom(person.participant.id, person.measures.find(({ id }) => id === ref)?.owner ?? '', ref)

function measureFrom({ id, owner: _owner, area, inPlan: _inPlan, ...rest }: ScenarioMeasure): gateway.MeasureJson {
  const { title, place, weekly, from, to, hoursPerWeek, purpose, leadsTo, countsAsLoad } = rest
  const known = { title, place, weekly, from, to, hoursPerWeek, purpose, leadsTo, countsAsLoad }
  return {
    ref: id,
    areas: [area],
    ...(Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as gateway.MeasureJson),
  }
}

function report(plan: Plan, person: Person, measure: gateway.MeasureJson, owner: Agency): Plan {
  const measureId = idOf(person, measure.ref ?? '')
  const facts = { receiptId: 'r', channel: 'CHANNEL_GRPC', decidedAt: '2026-04-28T05:00:00.000Z' } as const
  return run(plan, { type: 'RecordAgencyMeasure', measureId, owner, measure, ...facts, context: contextOf(person) })
}

function planOf(person: Person): Plan {
  const context = contextOf(person)
  const opened = run(planDecider.initial, { type: 'OpenPlan', capacity: person.participant.capacity, context })
  const inPlan = person.measures.filter((measure) => measure.inPlan !== false)
  const planned = inPlan.reduce((plan, { owner, ...measure }) => {
    const add = { measureId: idOf(person, measure.id), owner, measure: measureFrom({ owner, ...measure }), agreed: true }
    return run(plan, { type: 'AddMeasure', ...add, context })
  }, opened)
  const others = person.measures.filter((measure) => measure.inPlan === false)
  return others.reduce((plan, measure) => report(plan, person, { ...measureFrom(measure), version: '1' }, measure.owner), planned)
}

function afterMoves(person: Person): Plan {
  const moves = person.steps.flatMap(({ move }) => (move === undefined ? [] : [move]))
  return moves.reduce((plan, move) => {
    const planned = plan.measures.get(idOf(person, move.measure))!
    const { weekly, from, until } = move
    const moved = { ...planned.measure, weekly, ...(from ? { from } : {}), ...(until ? { to: until } : {}) }
    return report(plan, person, { ...moved, version: String(Number(planned.version) + 1) }, planned.owner)
  }, planOf(person))
}

/** The open schedule conflicts of a plan, aggregated as the scenario file does. */
function rowsOf(plan: Plan): Row[] {
  const conflicts = [...plan.conflicts.values()].filter((conflict) => isOpen(conflict) && conflict.code !== 'PLAN_DEVIATION')
  return conflicts.flatMap(({ code, parties, finding }): Row[] => {
    if (code === 'OVER_CAPACITY') return expandWeeks(finding.weeks ?? []).map((week) => ({ code, ...week }))
    const measures = parties.map(({ measureId }) => plan.measures.get(measureId!)!.measure.ref!).sort()
    const dates = expandOccurrences(finding.occurrences ?? []).map(({ date }) => date)
    return weekdays.flatMap((day, index) => {
      const onDay = [...new Set(dates.filter((date) => weekdayOf(dayFrom(date)!) === index))]
      return onDay.length === 0 ? [] : [{ code, measures, day, count: onDay.length, first: onDay[0]!, last: onDay.at(-1)! }]
    })
  })
}

const sorted = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort()

describe('the rules find exactly what was counted by expanding every occurrence', () => {
  test.each(scenario.people)('$participant.id, when everything is known', (person) => {
    expect(sorted(rowsOf(planOf(person)))).toEqual(sorted(person.expected.initial))
  })
  test.each(scenario.people.filter(({ expected }) => expected.afterMoves))('$participant.id, after the moves', (person) => {
    expect(sorted(rowsOf(afterMoves(person)))).toEqual(sorted(person.expected.afterMoves!))
  })
})

describe('what Anna sees when she tries alternatives for Yonas', () => {
  const yonas = scenario.people.find(({ participant }) => participant.id === 'P2')!
  const plan = planOf(yonas)
  const matching = idOf(yonas, 'M2.4')
  const training = idOf(yonas, 'M2.1')
  const tried = (change: Parameters<typeof preview>[1][number]): Preview => {
    const result = preview(plan, [change], { ...contextOf(yonas), by: 'AME' })
    if ('rejection' in result) throw new Error(JSON.stringify(result.rejection))
    return result.preview
  }
  const friday = (start: string, end: string) => ({
    measureId: matching,
    weekly: [{ days: ['FR'], start, end }],
    from: '2026-05-22',
    to: '2026-11-06',
  })
  const openIds = [...plan.conflicts.values()].map(({ conflictId }) => conflictId)

  test('the overlap is told in her words', () => {
    const overlap = [...plan.conflicts.values()].find(({ code }) => code === 'TIME_OVERLAP')!
    expect(explain(overlap, plan, region)).toBe('Måndagar 17 gånger, 4 maj – 24 aug; onsdagar 17 gånger, 6 maj – 26 aug')
  })
  test('Friday 12–15 cures the overlap and causes too short a way from the movement group on 14 Fridays', () => {
    const { caused, cured, remaining, plan: after } = tried(friday('12:00', '15:00'))
    expect(caused.map(({ code }) => code)).toEqual(['TRAVEL_TIME'])
    expect(caused[0]!.parties.map(({ measureId }) => measureId).sort()).toEqual([idOf(yonas, 'M2.3'), matching].sort())
    expect(expandOccurrences(caused[0]!.finding.occurrences!)).toHaveLength(14)
    expect(explain(caused[0]!, after, region)).toBe('Fredagar 14 gånger, 22 maj – 28 aug: 30 av 50 minuter för resan')
    expect([...cured].sort()).toEqual([...openIds].sort())
    expect(remaining).toEqual([])
  })
  test('A, Friday 13–16, leaves nothing, and tells hours a week and sessions lost', () => {
    const { caused, cured, remaining, hoursPerWeek, sessionsLost } = tried(friday('13:00', '16:00'))
    expect({ caused, remaining }).toEqual({ caused: [], remaining: [] })
    expect([...cured].sort()).toEqual([...openIds].sort())
    expect(hoursPerWeek.find(({ week }) => week === '2026-W22')).toEqual({ week: '2026-W22', hours: 34.5, capacity: 40 })
    expect([hoursPerWeek[0]!.week, hoursPerWeek.at(-1)!.week]).toEqual(['2026-W18', '2026-W45'])
    expect(sessionsLost).toEqual([{ measureId: matching, sessions: 53 - 24 }])
  })
  test('B, from 31 August, leaves nothing', () => {
    const { caused, remaining } = tried({ measureId: matching, from: '2026-08-31' })
    expect({ caused, remaining }).toEqual({ caused: [], remaining: [] })
  })
  test('C, work training ends on 30 April, leaves only the deviation, whose measure it does not name', () => {
    const { caused, remaining, sessionsLost } = tried({ measureId: training, to: '2026-04-30' })
    expect(caused).toEqual([])
    expect(remaining.map(({ code }) => code)).toEqual(['PLAN_DEVIATION'])
    expect(sessionsLost).toEqual([{ measureId: training, sessions: 67 }])
  })
})
