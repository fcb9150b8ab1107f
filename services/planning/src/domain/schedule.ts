import type { gateway } from '@samresa/contracts'
import { addMonths, dayFrom, mondayOf, type Weekday, weekdays, weekOf } from './day.ts'
import type { Region } from './region.ts'

/** Loads are whole microseconds, so that decimal hours add up exactly. */
const microsecondsPerHour = 3_600_000_000
const microsecondsPerMinute = 60_000_000

/** One weekday of a weekly row; minutes since midnight, the end not part of it. */
export interface Slot {
  /** Monday is 0. */
  weekday: number
  start: number
  end: number
}

/** A measure's times made ready for the rules. */
export interface Schedule {
  /** By weekday, then start. */
  slots: readonly Slot[]
  /** The weekdays of the slots, a bit for each. */
  weekdays: number
  /** First day. */
  from: number
  /** Last day; absent while open-ended. */
  to: number | undefined
  /** Load of a whole week without holidays, in microseconds. */
  weekLoad: number
  /** Hours without times: they count in each week that from–to touches. */
  selfPaced: boolean
}

const schedules = new WeakMap<gateway.MeasureJson, Schedule>()

/** The schedule of a valid measure; worked out once for each version. */
export function scheduleOf(measure: gateway.MeasureJson): Schedule {
  const known = schedules.get(measure)
  if (known !== undefined) return known
  const schedule = scheduleFrom(measure)
  schedules.set(measure, schedule)
  return schedule
}

/** "HH:MM" as minutes since midnight. */
export const minutesFrom = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** Minutes since midnight as "HH:MM". */
export const timeFrom = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

export const loadFrom = (hours: number): number => Math.round(hours * microsecondsPerHour)

/** Hours of a load, rounded to two decimals: for showing, never for comparing. */
export const shownHours = (load: number): number => Math.round((load * 100) / microsecondsPerHour) / 100

function scheduleFrom(measure: gateway.MeasureJson): Schedule {
  const slots = slotsFrom(measure.weekly ?? [])
  const selfPaced = slots.length === 0 && measure.hoursPerWeek !== undefined
  const weekLoad = selfPaced
    ? loadFrom(Number(measure.hoursPerWeek))
    : slots.reduce((sum, slot) => sum + (slot.end - slot.start) * microsecondsPerMinute, 0)
  const to = measure.to === undefined || measure.to === '' ? undefined : dayFrom(measure.to)
  const onDays = slots.reduce((days, { weekday }) => days | (1 << weekday), 0)
  return { slots, weekdays: onDays, from: dayFrom(measure.from ?? '') ?? 0, to, weekLoad, selfPaced }
}

/** The rows of a week as single slots, by weekday, then start. */
export function slotsFrom(weekly: readonly gateway.WeeklySlotJson[]): Slot[] {
  return weekly
    .flatMap((row) =>
      (row.days ?? []).map((day) => ({
        weekday: weekdays.indexOf(day as Weekday),
        start: minutesFrom(row.start ?? ''),
        end: minutesFrom(row.end ?? ''),
      })),
    )
    .sort((a, b) => a.weekday - b.weekday || a.start - b.start)
}

/** Same words for the same times, however the rows are written. */
export function scheduleKey(measure: gateway.MeasureJson): string {
  const { slots, from, to, weekLoad, selfPaced } = scheduleOf(measure)
  const week = selfPaced ? String(weekLoad) : slots.map((slot) => `${slot.weekday}.${slot.start}-${slot.end}`).join()
  return `${week}|${from}|${to ?? ''}`
}

/** Without an end, findings run to this day: 24 months after today, included. */
export const horizonFrom = (today: string): number => addMonths(dayFrom(today) ?? 0, 24)

/** The last day that rules look at. */
export const lastDayOf = (schedule: Schedule, horizon: number): number => schedule.to ?? horizon

/** True when two schedules have a weekday in common and days in common: only then can a date of the one be a date of the other. */
export const mayShareDates = (a: Schedule, b: Schedule, horizon: number): boolean =>
  (a.weekdays & b.weekdays) !== 0 && a.from <= lastDayOf(b, horizon) && b.from <= lastDayOf(a, horizon)

/** The days of one weekday between two days, without holidays; undefined when there is none. */
export interface Run {
  first: number
  last: number
  count: number
  /** Holidays between first and last. */
  leftOut: number[]
}

export function runBetween(weekday: number, from: number, to: number, region: Region): Run | undefined {
  let first = from + ((((weekday - from - 3) % 7) + 7) % 7)
  let last = to - ((((to + 3 - weekday) % 7) + 7) % 7)
  while (first <= last && region.isHoliday(first)) first += 7
  while (first <= last && region.isHoliday(last)) last -= 7
  if (first > last) return undefined
  const leftOut = region.holidaysOn[weekday]!.filter((day) => day > first && day < last)
  return { first, last, count: (last - first) / 7 + 1 - leftOut.length, leftOut }
}

/** How many occurrences a schedule has between two days, both included. */
export function countOccurrences(schedule: Schedule, from: number, to: number, region: Region): number {
  const last = Math.min(to, schedule.to ?? to)
  const first = Math.max(from, schedule.from)
  return schedule.slots.reduce((sum, slot) => sum + (runBetween(slot.weekday, first, last, region)?.count ?? 0), 0)
}

/** The load of one week, in microseconds: partial weeks and holidays taken into account. */
export function loadOfWeek(schedule: Schedule, week: number, horizon: number, region: Region): number {
  const monday = mondayOf(week)
  const last = lastDayOf(schedule, horizon)
  if (schedule.from > last || schedule.from > monday + 6 || last < monday) return 0
  if (schedule.selfPaced) return schedule.weekLoad
  let load = 0
  for (const slot of schedule.slots) {
    const day = monday + slot.weekday
    if (day >= schedule.from && day <= last && !region.isHoliday(day)) load += slot.end - slot.start
  }
  return load * microsecondsPerMinute
}

/** The weeks a schedule touches. */
export const weeksOf = (schedule: Schedule, horizon: number): { first: number; last: number } => ({
  first: weekOf(schedule.from),
  last: weekOf(lastDayOf(schedule, horizon)),
})
