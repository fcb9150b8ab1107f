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
}

/**
 * Weeks whose hours, summed over all measures that count as load, are more than the lowest capacity valid on Monday to Friday.
 * One overload for each capacity period that supplies such a capacity.
 */
export function overCapacity(
  measures: Iterable<PlannedMeasure>,
  capacity: readonly journey.CapacityPeriodJson[],
  { region, horizon }: { region: Region; horizon: number },
): Overload[] {
  const periods = capacityPeriodsFrom(capacity)
  const loaded = [...measures].filter(countsAsLoad).map((measure) => ({ measure, schedule: scheduleOf(measure.measure) }))
  const most = loaded.reduce((sum, { schedule }) => sum + schedule.weekLoad, 0)
  if (periods.every((period) => most <= period.load)) return []
  const overloads = new Map<string, Overload & { openRun?: { end: number; run: planning.LoadRunJson; load: number } }>()
  for (const { week, length } of uniformWeeks(loaded, periods, { region, horizon })) {
    const period = capacityOfWeek(periods, week)
    if (period === undefined) continue
    const loads = loaded.map(({ schedule }) => loadOfWeek(schedule, week, horizon, region))
    const load = loads.reduce((sum, each) => sum + each, 0)
    if (load <= period.load) continue
    const overload = overloads.get(period.start) ?? { periodStart: period.start, weeks: [], measures: [], slight: true }
    overloads.set(period.start, overload)
    if (load * 100 > period.load * 105) overload.slight = false
    loads.forEach((each, index) => {
      const { measure } = loaded[index]!
      if (each > 0 && !overload.measures.includes(measure)) overload.measures.push(measure)
    })
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
  return [...overloads.values()].map(({ openRun: _, ...overload }) => overload)
}

/** Stretches of weeks with the same load and capacity throughout: the weeks where something begins, ends or is left out stand alone. */
function uniformWeeks(
  loaded: readonly LoadedMeasure[],
  periods: readonly CapacityPeriod[],
  { region, horizon }: { region: Region; horizon: number },
): { week: number; length: number }[] {
  const spans = loaded.map(({ schedule }) => weeksOf(schedule, horizon)).filter(({ first, last }) => first <= last)
  if (spans.length === 0) return []
  const first = Math.min(...spans.map((span) => span.first))
  const last = Math.max(...spans.map((span) => span.last))
  const single = new Set<number>()
  for (const span of spans) single.add(span.first).add(span.last)
  for (const week of region.holidayWeeks) single.add(week)
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
