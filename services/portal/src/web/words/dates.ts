import { dateFrom, dayNumber, isoWeek, localTimeOf, weekdayIndex, weekdays } from '../plan/calendar.ts'
import { fill } from './fill.ts'
import { messages } from './messages.ts'

/** 4 maj; with the year when it is not the year of `reference`. */
export function dayInWords(date: string, reference?: string): string {
  const [year = '', month = '', day = ''] = date.split('-')
  const words = `${Number(day)} ${messages.months[Number(month) - 1] ?? month}`
  return reference !== undefined && reference.slice(0, 4) === year ? words : `${words} ${year}`
}

/** måndag 4 maj. */
export const weekdayAndDay = (date: string, reference?: string): string =>
  `${messages.weekdays[weekdayIndex(dayNumber(date))] ?? ''} ${dayInWords(date, reference ?? date)}`

/** mån 4 maj. */
export const shortWeekdayAndDay = (date: string): string =>
  `${messages.weekdaysShort[weekdayIndex(dayNumber(date))] ?? ''} ${dayInWords(date, date)}`

/** 4 maj – 24 aug: both years when they differ, none when both are the reference's. */
export function spanInWords(from: string | undefined, to: string | undefined, reference?: string): string {
  if (from === undefined || from === '') return to === undefined ? '' : fill(messages.schedule.toOnly, { to: dayInWords(to, reference) })
  if (to === undefined || to === '') return fill(messages.schedule.fromOnly, { from: dayInWords(from, reference) })
  if (from === to) return dayInWords(from, reference)
  const sameYear = from.slice(0, 4) === to.slice(0, 4)
  return fill(messages.schedule.fromTo, { from: dayInWords(from, sameYear ? from : reference), to: dayInWords(to, reference) })
}

/** 28 april 2026 kl. 08.05, local time. */
export function instantInWords(instant: string, reference?: string): string {
  const local = localTimeOf(instant)
  return local === undefined ? instant : `${dayInWords(local.date, reference)} kl. ${local.time.replace(':', '.')}`
}

/** 09:00 as 09.00, the Swedish way. */
export const clock = (time: string): string => time.replace(':', '.')

/** mån–tors, or mån och ons: whole stretches of three days or more are shortened. */
export function daysInWords(days: string[]): string {
  const indexes = weekdays.flatMap((day, index) => (days.includes(day) ? [index] : []))
  const first = indexes[0]
  const last = indexes.at(-1)
  if (first === undefined || last === undefined) return ''
  const name = (index: number) => messages.weekdaysShort[index] ?? ''
  if (indexes.length > 2 && last - first === indexes.length - 1) return `${name(first)}–${name(last)}`
  return indexes.map(name).join(indexes.length === 2 ? messages.and : ', ')
}

/** Vecka 19, 4–10 maj. */
export function weekInWords(monday: number): string {
  const first = dateFrom(monday)
  const last = dateFrom(monday + 6)
  const days =
    first.slice(0, 7) === last.slice(0, 7) ? `${Number(first.slice(8))}–${dayInWords(last, last)}` : spanInWords(first, last, last)
  return `${fill(messages.week.number, { week: isoWeek(monday).week })}, ${days}`
}

const secondsAndMilliseconds = (instant: string) => /T\d\d:\d\d:(\d\d(?:\.\d{1,3})?)/.exec(instant)?.[1]?.replace('.', ',') ?? '00'

/** 22 nov 2026 kl. 03.05.12,345: to the millisecond, for those who compare. */
export const exactTimeInWords = (instant: string): string => `${instantInWords(instant)}.${secondsAndMilliseconds(instant)}`
