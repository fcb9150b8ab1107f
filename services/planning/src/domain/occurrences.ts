import type { planning } from '@samresa/contracts'
import { dateFrom, dayFrom, weekFrom, weekName } from './day.ts'

/** One date on which a finding happens. */
export interface Occurrence {
  date: string
  start: string
  end: string
}

/** One week with too much in it. */
export interface LoadedWeek {
  week: string
  hours: number
  capacity: number
}

/** Every date of a finding's runs, by date, then start. */
export function expandOccurrences(runs: readonly planning.FindingRunJson[]): Occurrence[] {
  return runs
    .flatMap(({ first = '', last = '', start = '', end = '', leftOut = [] }) => {
      const from = dayFrom(first) ?? 0
      const weeks = ((dayFrom(last) ?? from) - from) / 7 + 1
      const dates = Array.from({ length: weeks }, (_, week) => dateFrom(from + week * 7))
      return dates.filter((date) => !leftOut.includes(date)).map((date) => ({ date, start, end }))
    })
    .sort((a, b) => (a.date + a.start < b.date + b.start ? -1 : 1))
}

/** Every week of a finding's runs, in order. */
export function expandWeeks(runs: readonly planning.LoadRunJson[]): LoadedWeek[] {
  return runs.flatMap(({ firstWeek = '', count = 0, hours = 0, capacity = 0 }) => {
    const first = weekFrom(firstWeek)
    return Array.from({ length: count }, (_, index) => ({
      week: weekName(first + index),
      hours: Number(hours),
      capacity: Number(capacity),
    }))
  })
}
