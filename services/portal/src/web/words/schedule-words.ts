import type { Change, PlanMeasure, Schedule } from '../api/model.ts'
import { titleOf } from './conflict-words.ts'
import { clock, daysInWords, spanInWords } from './dates.ts'
import { fill, numberInWords } from './fill.ts'
import { messages } from './messages.ts'

/** mån och ons 09.00–12.00, 4 maj – 3 nov 2026. */
export function scheduleInWords(schedule: Schedule & { hoursPerWeek?: number }, reference?: string): string {
  const times = (schedule.weekly ?? []).map((slot) =>
    fill(messages.schedule.time, { days: daysInWords(slot.days), start: clock(slot.start), end: clock(slot.end) }),
  )
  if (times.length === 0 && schedule.hoursPerWeek !== undefined && schedule.hoursPerWeek > 0)
    times.push(fill(messages.schedule.hours, { hours: numberInWords(schedule.hoursPerWeek) }))
  return [...times, spanInWords(schedule.from, schedule.to, reference)].filter((part) => part !== '').join(', ')
}

/** One line about a proposed change. */
export function changeInWords(change: Change, measures: PlanMeasure[], reference?: string): string {
  const title = change.measure?.title ?? titleOf(measures.find((measure) => measure.measureId === change.measureId))
  if (change.remove === true) return fill(messages.proposal.removed, { title })
  if (change.measure !== undefined) return `${fill(messages.proposal.added, { title })}: ${scheduleInWords(change.measure, reference)}`
  const schedule = [scheduleInWords(change, reference), change.openEnded === true ? messages.schedule.openEnded : '']
  return fill(messages.proposal.changed, { title, schedule: schedule.filter((part) => part !== '').join(', ') })
}
