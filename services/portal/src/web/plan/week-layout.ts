import type { Conflict, Plan, PlanMeasure } from '../api/model.ts'
import { dateFrom, dayNumber, minutesOf, weekdays } from './calendar.ts'
import { isOpen } from './conflict-states.ts'
import { runsOf } from './occurrences.ts'

/** One measure on one day, with the place it takes among those at the same time. */
export interface WeekItem {
  measure: PlanMeasure
  start: string
  end: string
  /** Codes of open conflicts that this occurrence is part of. */
  clashes: string[]
  lane: number
  lanes: number
}

export interface WeekDay {
  date: string
  holiday: boolean
  items: WeekItem[]
}

export interface Week {
  days: WeekDay[]
  /** Whole hours that the grid must show. */
  firstHour: number
  lastHour: number
  /** Measures without fixed times that run this week. */
  selfPaced: PlanMeasure[]
}

const runsOn = (measure: PlanMeasure, date: string) => (measure.from ?? '') <= date && (measure.to === undefined || date <= measure.to)

/** Which open conflicts a measure is part of on a date, keyed `measureId date`. */
function clashIndex(conflicts: Conflict[]): Map<string, string[]> {
  const index = new Map<string, string[]>()
  for (const conflict of conflicts.filter(isOpen)) {
    const dates = runsOf(conflict).flatMap((run) => run.dates)
    for (const measureId of conflict.measures ?? []) {
      for (const date of dates) {
        const key = `${measureId} ${date}`
        const codes = index.get(key) ?? []
        if (!codes.includes(conflict.code)) index.set(key, [...codes, conflict.code])
      }
    }
  }
  return index
}

/** Gives overlapping items lanes side by side; items that touch no other take the whole width. */
function intoLanes(items: Omit<WeekItem, 'lane' | 'lanes'>[]): WeekItem[] {
  const placed: WeekItem[] = []
  let group: WeekItem[] = []
  let groupEnd = -1
  const close = () => {
    const lanes = Math.max(0, ...group.map((item) => item.lane)) + 1
    for (const item of group) item.lanes = lanes
    placed.push(...group)
    group = []
  }
  for (const item of [...items].sort((a, b) => minutesOf(a.start) - minutesOf(b.start) || minutesOf(a.end) - minutesOf(b.end))) {
    const start = minutesOf(item.start)
    if (group.length > 0 && start >= groupEnd) close()
    let lane = 0
    while (group.some((other) => other.lane === lane && minutesOf(other.end) > start)) lane += 1
    group.push({ ...item, lane, lanes: 1 })
    groupEnd = group.length === 1 ? minutesOf(item.end) : Math.max(groupEnd, minutesOf(item.end))
  }
  close()
  return placed
}

/** The week that begins on `monday` (a day number): what happens when, and where it clashes. Nothing happens on holidays. */
export function weekLayout(monday: number, plan: Pick<Plan, 'measures'>, conflicts: Conflict[], holidays: string[]): Week {
  const clashes = clashIndex(conflicts)
  const days = weekdays.map((weekday, index): WeekDay => {
    const date = dateFrom(monday + index)
    const holiday = holidays.includes(date)
    const items = plan.measures
      .filter((measure) => !holiday && runsOn(measure, date))
      .flatMap((measure) =>
        (measure.weekly ?? [])
          .filter((slot) => slot.days.includes(weekday))
          .map((slot) => ({ measure, start: slot.start, end: slot.end, clashes: clashes.get(`${measure.measureId ?? ''} ${date}`) ?? [] })),
      )
    return { date, holiday, items: intoLanes(items) }
  })
  const all = days.flatMap((day) => day.items)
  const sunday = dateFrom(monday + 6)
  return {
    days,
    firstHour: Math.min(8, ...all.map((item) => Math.floor(minutesOf(item.start) / 60))),
    lastHour: Math.max(17, ...all.map((item) => Math.ceil(minutesOf(item.end) / 60))),
    selfPaced: plan.measures.filter(
      (measure) =>
        (measure.weekly ?? []).length === 0 &&
        (measure.from ?? '') <= sunday &&
        (measure.to === undefined || dayNumber(measure.to) >= monday),
    ),
  }
}
