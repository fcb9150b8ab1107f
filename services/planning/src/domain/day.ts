/**
 * Days as whole numbers since 1970-01-01, so that rules add and compare without making date objects.
 * Local dates only: no time zone is involved until an instant is made of one.
 */
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof weekdays)[number]

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/

/** The day's number, or undefined when it is no date of the years 1900 to 2199. */
export function dayFrom(date: string): number | undefined {
  const parts = datePattern.exec(date)
  if (parts === null) return undefined
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  return numberOf(year, month, day)
}

const dates = new Map<number, string>()

/** `YYYY-MM-DD` of a day's number. Remembered: plans speak of the same few thousand days over and over. */
export function dateFrom(day: number): string {
  const known = dates.get(day)
  if (known !== undefined) return known
  const date = new Date(day * 86_400_000).toISOString().slice(0, 10)
  dates.set(day, date)
  return date
}

/** Monday is 0; 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7

/** Weeks counted on from the one of 1970-01-01; they start on Mondays. */
export const weekOf = (day: number): number => Math.floor((day + 3) / 7)

export const mondayOf = (week: number): number => week * 7 - 3

/** The ISO name of a week, `2026-W37`: its Thursday decides the year. */
export function weekName(week: number): string {
  const thursday = mondayOf(week) + 3
  const year = new Date(thursday * 86_400_000).getUTCFullYear()
  const number = Math.floor((thursday - numberOf(year, 1, 1)) / 7) + 1
  return `${year}-W${String(number).padStart(2, '0')}`
}

/** The week of an ISO name. */
export function weekFrom(name: string): number {
  const [year, number] = name.split('-W')
  return weekOf(numberOf(Number(year), 1, 4)) + Number(number) - 1
}

/** The same day of the month, that many months on; the month's last day where there is no such day. */
export function addMonths(day: number, months: number): number {
  const date = new Date(day * 86_400_000)
  const month = date.getUTCMonth() + months
  const year = date.getUTCFullYear() + Math.floor(month / 12)
  const inYear = (((month % 12) + 12) % 12) + 1
  return numberOf(year, inYear, Math.min(date.getUTCDate(), daysIn(year, inYear)))
}

const numberOf = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day) / 86_400_000

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
