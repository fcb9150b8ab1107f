const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/
const timePattern = /^([01]\d|2[0-3]):[0-5]\d$/
const instantPattern = /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/
const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const isLeapYear = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

/** True for a day that exists, `YYYY-MM-DD`, in the years a plan can be about. */
export function isDate(text: string): boolean {
  const match = datePattern.exec(text)
  if (match === null) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  if (year < 1900 || year > 2199 || month < 1 || month > 12) return false
  const last = month === 2 && isLeapYear(year) ? 29 : daysOfMonth[month - 1]!
  return day >= 1 && day <= last
}

/** True for a local wall time `HH:MM`. */
export const isTime = (text: string): boolean => timePattern.test(text)

/** True for an RFC 3339 instant on a day that exists. */
export function isInstant(text: string): boolean {
  const match = instantPattern.exec(text)
  return match !== null && isDate(match[1]!)
}
