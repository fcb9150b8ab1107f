import type { ExpectedRow } from './scenario-file.ts'

export interface Occurrence {
  date: string
  start: string
  end: string
}

export interface LoadWeek {
  week: string
  hours: number
  capacity: number
}

/** A conflict as the player prints it: measure ids are those of the file. */
export interface FoundConflict {
  code: string
  measures?: string[]
  occurrences?: Occurrence[]
  weeks?: LoadWeek[]
}

/** A conflict as planning answers it. */
export interface AnsweredConflict {
  code: string
  state: string
  measures: string[]
  occurrences?: Occurrence[]
  weeks?: LoadWeek[]
}

const closedStates = ['VERIFIED', 'WITHDRAWN']
const pairCodes = ['TIME_OVERLAP', 'TRAVEL_TIME']
const loadCode = 'OVER_CAPACITY'
const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** The conflicts that stand, in the printed order and with the file's ids; one entry per code and pair, one for all weeks. */
export function foundConflictsFrom(answered: AnsweredConflict[], fileIdOf: (measureId: string) => string): FoundConflict[] {
  const standing = answered
    .filter(({ state }) => !closedStates.includes(state))
    .map((conflict) => ({ ...conflict, measures: conflict.measures.map(fileIdOf).sort(compareText) }))
  const groups = Map.groupBy(standing, ({ code, measures }) => (code === loadCode ? code : [code, ...measures].join(' ')))
  return [...groups.values()]
    .map((group) => mergedFrom(group))
    .sort((a, b) => compareText(a.code, b.code) || compareText((a.measures ?? []).join(' '), (b.measures ?? []).join(' ')))
}

function mergedFrom(group: AnsweredConflict[]): FoundConflict {
  const { code, measures } = group[0]!
  if (code === loadCode) {
    const weeks = group
      .flatMap((each) => each.weeks ?? [])
      .map(({ week, hours, capacity }) => ({ week, hours: twoDecimals(hours), capacity }))
    return { code, weeks: weeks.sort((a, b) => compareText(a.week, b.week)) }
  }
  if (!pairCodes.includes(code)) return { code, measures }
  const occurrences = group.flatMap((each) => each.occurrences ?? []).map(({ date, start, end }) => ({ date, start, end }))
  return { code, measures, occurrences: occurrences.sort((a, b) => compareText(a.date, b.date) || compareText(a.start, b.start)) }
}

const twoDecimals = (hours: number): number => Math.round(hours * 100) / 100

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const weekdayOf = (date: string): string => weekdays[Temporal.PlainDate.from(date).dayOfWeek - 1]!

/** The schedule findings, aggregated as `expected` has them: pairs by weekday, one row per week of load. */
export function rowsFrom(conflicts: FoundConflict[]): ExpectedRow[] {
  return conflicts.flatMap((conflict): ExpectedRow[] => {
    if (conflict.code === loadCode) return (conflict.weeks ?? []).map((week) => ({ code: loadCode, ...week }))
    if (!pairCodes.includes(conflict.code)) return []
    const dates = [...new Set((conflict.occurrences ?? []).map(({ date }) => date))].sort(compareText)
    return [...Map.groupBy(dates, weekdayOf)].map(([day, group]) => ({
      code: conflict.code,
      measures: conflict.measures ?? [],
      day,
      count: group.length,
      first: group[0]!,
      last: group.at(-1)!,
    }))
  })
}

const identityOf = (row: ExpectedRow): string =>
  row.code === loadCode ? `${row.code} ${row.week}` : `${row.code} ${[...(row.measures ?? [])].sort(compareText).join(' + ')} ${row.day}`
const contentOf = (row: ExpectedRow): string =>
  row.code === loadCode ? `${row.hours?.toFixed(2)} of ${row.capacity?.toFixed(2)} hours` : `${row.count} times, ${row.first} – ${row.last}`

/** What differs between the expected rows and the found ones, one readable line each; empty when they are equal. Other codes than the schedule rules' are not compared. */
export function differencesBetween(expected: ExpectedRow[], found: ExpectedRow[]): string[] {
  const scheduled = expected.filter(({ code }) => code === loadCode || pairCodes.includes(code))
  const wanted = new Map(scheduled.map((row) => [identityOf(row), contentOf(row)]))
  const got = new Map(found.map((row) => [identityOf(row), contentOf(row)]))
  const missing = [...wanted]
    .filter(([identity]) => !got.has(identity))
    .map(([identity, content]) => `${identity}: expected ${content}, not found`)
  const other = [...wanted]
    .filter(([identity, content]) => got.has(identity) && got.get(identity) !== content)
    .map(([identity, content]) => `${identity}: expected ${content}, found ${got.get(identity)}`)
  const extra = [...got]
    .filter(([identity]) => !wanted.has(identity))
    .map(([identity, content]) => `${identity}: found ${content}, not expected`)
  return [...missing, ...other, ...extra]
}
