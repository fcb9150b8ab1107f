import type { Finding, Occurrence, OccurrenceRun } from '../api/model.ts'
import { dateFrom, dayNumber, weekdayIndex } from './calendar.ts'

/** One weekday and time of a finding, with every date it stands for. */
export interface DatedRun {
  weekday: number
  start: string
  end: string
  dates: string[]
}

const isRun = (occurrence: OccurrenceRun | Occurrence): occurrence is OccurrenceRun => 'first' in occurrence

function datesOf(occurrence: OccurrenceRun | Occurrence): string[] {
  if (!isRun(occurrence)) return [occurrence.date]
  const dates: string[] = []
  const last = dayNumber(occurrence.last)
  for (let day = dayNumber(occurrence.first); day <= last; day += 7) dates.push(dateFrom(day))
  return dates.filter((date) => !(occurrence.leftOut ?? []).includes(date))
}

/** The dates of a finding by weekday and time, Monday first; runs and single dates are understood alike. */
export function runsOf(finding: Pick<Finding, 'occurrences'>): DatedRun[] {
  const runs = new Map<string, DatedRun>()
  for (const occurrence of finding.occurrences ?? []) {
    for (const date of datesOf(occurrence)) {
      const weekday = weekdayIndex(dayNumber(date))
      const key = `${weekday} ${occurrence.start} ${occurrence.end}`
      const run = runs.get(key)
      if (run === undefined) runs.set(key, { weekday, start: occurrence.start, end: occurrence.end, dates: [date] })
      else run.dates.push(date)
    }
  }
  for (const run of runs.values()) run.dates.sort()
  return [...runs.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, run]) => run)
}

/** Every date of a finding, once. */
export const allDatesOf = (finding: Pick<Finding, 'occurrences'>): string[] =>
  [...new Set(runsOf(finding).flatMap((run) => run.dates))].sort()

/** The date to show first: the next one from today on, else the last that was. */
export function nextDateOf(finding: Pick<Finding, 'occurrences'>, today: string): string | undefined {
  const dates = allDatesOf(finding)
  return dates.find((date) => date >= today) ?? dates.at(-1)
}
