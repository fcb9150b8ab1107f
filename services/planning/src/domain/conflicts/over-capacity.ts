import type { journey, planning } from '@samresa/contracts'
import { dayFrom, mondayOf, weekName, weekOf } from '../day.ts'
import type { PlannedMeasure } from '../plan.ts'
import type { Region } from '../region.ts'
import { loadFrom, loadOfWeek, type Schedule, scheduleOf, shownHours, weeksOf } from '../schedule.ts'

/** Too much in some weeks of one capacity period. */
export interface Overload {
  /** First day of the capacity period, `YYYY-MM-DD`. */
  periodStart: string
  weeks: planning.LoadRunJson[]
  /** The measures with load in those weeks, in the order given. */
  measures: PlannedMeasure[]
  /** At most 5 % over in every week. */
  slight: boolean
}

/** A capacity period made ready: loads in microseconds, days as numbers. */
export interface CapacityPeriod {
  start: string
  from: number
  to: number
  load: number
  hours: number
}

export const countsAsLoad = (measure: PlannedMeasure): boolean => measure.measure.countsAsLoad !== false

const readyPeriods = new WeakMap<readonly journey.CapacityPeriodJson[], CapacityPeriod[]>()

/** Capacity made ready, by first day; worked out once for each plan's list. */
export function capacityPeriodsFrom(capacity: readonly journey.CapacityPeriodJson[]): CapacityPeriod[] {
  const known = readyPeriods.get(capacity)
  if (known !== undefined) return known
  const periods = capacity.map(readyPeriod).sort((a, b) => a.from - b.from)
  readyPeriods.set(capacity, periods)
  return periods
}

function readyPeriod({ from = '', to, hoursPerWeek = 0 }: journey.CapacityPeriodJson): CapacityPeriod {
  const hours = Number(hoursPerWeek)
  const last = to === undefined || to === '' ? Number.POSITIVE_INFINITY : (dayFrom(to) ?? 0)
  return { start: from, from: dayFrom(from) ?? 0, to: last, load: loadFrom(hours), hours }
}

/** The period with the lowest capacity valid on Monday to Friday of a week, the earliest of equal ones; undefined when none is. */
export function capacityOfWeek(periods: readonly CapacityPeriod[], week: number): CapacityPeriod | undefined {
  const monday = mondayOf(week)
  let lowest: CapacityPeriod | undefined
  for (const period of periods) {
    if (period.from > monday + 4 || period.to < monday) continue
    if (lowest === undefined || period.load < lowest.load) lowest = period
  }
  return lowest
}

interface LoadedMeasure {
  measure: PlannedMeasure
  schedule: Schedule
  /** The weeks it touches. */
  first: number
  last: number
}

/** Weeks in a row with the same load and capacity throughout. */
interface Stretch {
  week: number
  length: number
  load: number
}

interface RuleContext {
  region: Region
  horizon: number
}

/**
 * Weeks whose hours, summed over all measures that count as load, are more than the lowest capacity valid on Monday to Friday.
 * One overload for each capacity period that supplies such a capacity.
 */
export function overCapacity(
  measures: Iterable<PlannedMeasure>,
  capacity: readonly journey.CapacityPeriodJson[],
  context: RuleContext,
): Overload[] {
  const periods = capacityPeriodsFrom(capacity)
  const loaded = loadedFrom(measures, context.horizon)
  const most = loaded.reduce((sum, { schedule }) => sum + schedule.weekLoad, 0)
  if (periods.every((period) => most <= period.load)) return []
  const overloads = new Map<
    string,
    Overload & { stretches: Stretch[]; openRun?: { end: number; run: planning.LoadRunJson; load: number } }
  >()
  for (const stretch of stretchesOf(loaded, periods, context)) {
    const { week, length, load } = stretch
    const period = capacityOfWeek(periods, week)
    if (period === undefined || load <= period.load) continue
    const overload = overloads.get(period.start) ?? { periodStart: period.start, weeks: [], measures: [], slight: true, stretches: [] }
    overloads.set(period.start, overload)
    overload.stretches.push(stretch)
    if (load * 100 > period.load * 105) overload.slight = false
    const { openRun } = overload
    const lastWeek = weekName(week + length - 1)
    if (openRun !== undefined && openRun.end === week && openRun.load === load && openRun.run.capacity === period.hours) {
      openRun.run.lastWeek = lastWeek
      openRun.run.count = (openRun.run.count ?? 0) + length
      openRun.end = week + length
    } else {
      const run = { firstWeek: weekName(week), lastWeek, hours: shownHours(load), capacity: period.hours, count: length }
      overload.weeks.push(run)
      overload.openRun = { end: week + length, run, load }
    }
  }
  return [...overloads.values()].map(({ openRun: _, stretches, ...overload }) => ({
    ...overload,
    measures: loaded.filter((each) => bearsIn(each, stretches, context)).map(({ measure }) => measure),
  }))
}

function loadedFrom(measures: Iterable<PlannedMeasure>, horizon: number): LoadedMeasure[] {
  const loaded: LoadedMeasure[] = []
  for (const measure of measures) {
    if (!countsAsLoad(measure)) continue
    const schedule = scheduleOf(measure.measure)
    const { first, last } = weeksOf(schedule, horizon)
    if (first <= last) loaded.push({ measure, schedule, first, last })
  }
  return loaded
}

/** The weeks where something begins, ends or is left out stand alone. Each measure is added where it begins and taken away where it ends. */
function stretchesOf(loaded: readonly LoadedMeasure[], periods: readonly CapacityPeriod[], { region, horizon }: RuleContext): Stretch[] {
  const stretches = uniformWeeks(loaded, periods, region)
  const indexOf = new Map(stretches.map(({ week }, index) => [week, index]))
  const holidays = region.holidayWeeks.toSorted((a, b) => a - b)
  const changes = new Array<number>(stretches.length + 1).fill(0)
  const alone = new Array<number>(stretches.length).fill(0)
  for (const { schedule, first, last } of loaded) {
    const [from, to] = [indexOf.get(first)!, indexOf.get(last)!]
    const { weekLoad } = schedule
    changes[from]! += weekLoad
    changes[to + 1]! -= weekLoad
    const correct = (week: number) => {
      alone[indexOf.get(week)!]! += loadOfWeek(schedule, week, horizon, region) - weekLoad
    }
    correct(first)
    if (last !== first) correct(last)
    for (const week of holidays) if (week > first && week < last) correct(week)
  }
  let whole = 0
  return stretches.map(({ week, length }, index) => {
    whole += changes[index]!
    return { week, length, load: whole + alone[index]! }
  })
}

/** True when a measure has load in one of the stretches, which stand in order. */
function bearsIn({ schedule, first, last }: LoadedMeasure, stretches: readonly Stretch[], { region, horizon }: RuleContext): boolean {
  for (let index = firstFrom(stretches, first); index < stretches.length && stretches[index]!.week <= last; index++) {
    if (loadOfWeek(schedule, stretches[index]!.week, horizon, region) > 0) return true
  }
  return false
}

/** Where the stretches begin that a week is in, or that come after it. */
function firstFrom(stretches: readonly Stretch[], week: number): number {
  let [low, high] = [0, stretches.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const { week: start, length } = stretches[middle]!
    if (start + length <= week) low = middle + 1
    else high = middle
  }
  return low
}

function uniformWeeks(
  loaded: readonly LoadedMeasure[],
  periods: readonly CapacityPeriod[],
  region: Region,
): { week: number; length: number }[] {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const single = new Set(region.holidayWeeks)
  for (const span of loaded) {
    first = Math.min(first, span.first)
    last = Math.max(last, span.last)
    single.add(span.first).add(span.last)
  }
  if (first > last) return []
  for (const period of periods) {
    single.add(weekOf(period.from))
    if (period.to !== Number.POSITIVE_INFINITY) single.add(weekOf(period.to))
  }
  const starts = new Set([first])
  for (const week of single) {
    if (week >= first && week <= last) starts.add(week)
    if (week + 1 >= first && week + 1 <= last) starts.add(week + 1)
  }
  const sorted = [...starts].sort((a, b) => a - b)
  return sorted.map((week, index) => ({ week, length: (sorted[index + 1] ?? last + 1) - week }))
}
