/** Dates as whole days: a page only compares, counts and names them, in local dates of the municipality. */

/** Monday first, as the contract names them. */
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const

const dayMilliseconds = 86_400_000

/** Days since 1970-01-01 of a date `YYYY-MM-DD`; NaN when it is none. */
export const dayNumber = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / dayMilliseconds)

/** The date `YYYY-MM-DD` of a day number. */
export const dateFrom = (day: number): string => new Date(day * dayMilliseconds).toISOString().slice(0, 10)

/** 0 on Monday … 6 on Sunday. 1970-01-01 was a Thursday. */
export const weekdayIndex = (day: number): number => (((day + 3) % 7) + 7) % 7

/** The Monday of the week that holds `day`. */
export const mondayOf = (day: number): number => day - weekdayIndex(day)

/** ISO week and its year: the week belongs to the year of its Thursday. */
export function isoWeek(day: number): { year: number; week: number } {
  const thursday = mondayOf(day) + 3
  const year = new Date(thursday * dayMilliseconds).getUTCFullYear()
  return { year, week: Math.floor((thursday - dayNumber(`${year}-01-01`)) / 7) + 1 }
}

/** Minutes since midnight of `HH:MM`. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

const stockholmDate = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', dateStyle: 'short' })
const stockholmTime = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** Local date and time of an RFC 3339 instant; undefined when it cannot be read. */
export function localTimeOf(instant: string): { date: string; time: string } | undefined {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return undefined
  return { date: stockholmDate.format(at), time: stockholmTime.format(at) }
}
