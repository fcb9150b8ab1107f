import type { Conflict, Finding, PlanMeasure } from '../api/model.ts'
import { runsOf } from '../plan/occurrences.ts'
import { loadRowsOf } from '../plan/week-loads.ts'
import { spanInWords } from './dates.ts'
import { capitalised, fill, listInWords, numberInWords, wordFor } from './fill.ts'
import { messages } from './messages.ts'

/** What a measure is called on a page; somebody else's that may not be seen is busy time, one whose title is sealed goes by its ref. */
export function titleOf(measure: PlanMeasure | undefined): string {
  if (measure === undefined || measure.masked === true) return messages.busyTime
  return measure.title ?? fill(messages.untitled, { ref: measure.ref ?? '' }).trim()
}

/** The plain name of what is wrong. */
export const problemName = (code: string): string => (messages.conflictCodes as Record<string, string>)[code] ?? messages.otherConflict

/** Which measures a finding is about, in words. */
export function measuresInWords(finding: Pick<Finding, 'measures'> & { masked?: boolean }, measures: PlanMeasure[]): string {
  const titles = (finding.measures ?? []).map((id) => titleOf(measures.find((measure) => measure.measureId === id)))
  return listInWords([...new Set(finding.masked === true ? [...titles, messages.busyTime] : titles)], messages.and)
}

const timesInWords = (count: number) => (count === 1 ? messages.once : fill(messages.times, { count }))

/** Måndagar 17 gånger, 4 maj – 24 aug; onsdagar 17 gånger, 6 maj – 26 aug. Weeks and hours for too many hours. Empty when the finding has no dates. */
export function extentInWords(finding: Finding): string {
  const byWeekday = new Map<number, Set<string>>()
  for (const run of runsOf(finding)) {
    const dates = byWeekday.get(run.weekday) ?? new Set()
    for (const date of run.dates) dates.add(date)
    byWeekday.set(run.weekday, dates)
  }
  const days = [...byWeekday].map(([weekday, dates]) => {
    const sorted = [...dates].sort()
    return `${messages.weekdaysPlural[weekday]} ${timesInWords(sorted.length)}, ${spanInWords(sorted[0], sorted.at(-1), sorted[0])}`
  })
  const weeks = loadRowsOf(finding.weeks ?? []).map((row) => {
    const span = weekSpanInWords(row.firstWeek, row.lastWeek)
    if (row.hours === undefined || row.capacity === undefined) return span
    return `${span}: ${fill(messages.conflict.hoursOf, { hours: numberInWords(row.hours), capacity: numberInWords(row.capacity) })}`
  })
  return capitalised([...days, ...weeks].join('; '))
}

const weekNumber = (week: string) => Number(week.slice(week.indexOf('W') + 1))

/** vecka 19–21. */
export const weekSpanInWords = (first: string, last: string): string =>
  first === last
    ? fill(messages.preview.oneWeek, { first: weekNumber(first) })
    : fill(messages.preview.weeks, { first: weekNumber(first), last: weekNumber(last) })

/** The service's own explanation, when it gave one. */
export const explanationOf = (finding: Pick<Finding, 'explanation'>): string =>
  typeof finding.explanation === 'string' ? finding.explanation : (finding.explanation?.sv ?? '')

/** One line about a finding: what, which measures, when. */
export function findingInWords(finding: Finding, measures: PlanMeasure[]): string {
  const parties = measuresInWords(finding, measures)
  const head = parties === '' ? problemName(finding.code) : `${problemName(finding.code)}: ${parties}`
  const detail = explanationOf(finding) || extentInWords(finding)
  return detail === '' ? `${head}.` : `${head}. ${detail.endsWith('.') ? detail : `${detail}.`}`
}

/** Who resolves it, in the service's words or the agency's name. */
export const ownerInWords = (conflict: Pick<Conflict, 'owner'>): string =>
  conflict.owner?.text?.sv ?? wordFor(messages.agencies, conflict.owner?.agency ?? '')
