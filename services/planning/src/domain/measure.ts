import type { gateway } from '@samresa/contracts'
import { type FieldFault, measureLimits, measureVersionFrom, type Rejection, reject } from '@samresa/kernel'
import { dayFrom, type Weekday, weekdays } from './day.ts'
import type { Region } from './region.ts'
import { scheduleKey, slotsFrom } from './schedule.ts'

const timePattern = /^([01]\d|2[0-3]):[0-5]\d$/
const { hoursPerWeek: hoursInAWeek, weeklyRows } = measureLimits

type TextField = keyof typeof measureLimits.texts

type FaultCode = 'INVALID_FIELD' | 'END_BEFORE_START' | 'OVERLAPPING_OWN_PATTERN'
interface Fault extends FieldFault {
  code: FaultCode
}

/**
 * Where an entered measure comes from: `own` needs purpose and leadsTo; `on-behalf` is entered for an agency. What an agency has reported
 * was checked when it was received, and is a fact: here it must only have times that can be read (refuseSchedule).
 */
export type MeasureOrigin = 'own' | 'on-behalf'

/** Refuses what cannot be a measure, with a JSON pointer under `pointer` for each faulty field; undefined when it can. */
export function refuseMeasure(measure: gateway.MeasureJson, origin: MeasureOrigin, pointer: string): Rejection | undefined {
  return refusalFrom([...textFaults(measure, origin), ...listFaults(measure), ...scheduleFaults(measure)], pointer)
}

/** Refuses times that no measure can have: all that is asked of a report. */
export const refuseSchedule = (measure: gateway.MeasureJson, pointer: string): Rejection | undefined =>
  refusalFrom(scheduleFaults(measure), pointer)

function refusalFrom(faults: readonly Fault[], pointer: string): Rejection | undefined {
  const first = faults[0]
  if (first === undefined) return undefined
  return reject(
    'invalid',
    first.code,
    first.detail,
    faults.map((fault) => ({ pointer: pointer + fault.pointer, detail: fault.detail })),
  )
}

/** A measure without what says nothing: empty texts and lists, a load that counts (the rule) and keys that are absent. */
export function tidyMeasure(measure: gateway.MeasureJson): gateway.MeasureJson {
  const kept = Object.entries(measure).filter(([key, value]) => !saysNothing(key, value))
  return Object.fromEntries(kept)
}

const saysNothing = (key: string, value: unknown): boolean =>
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (key === 'hoursPerWeek' && value === 0) ||
  (key === 'countsAsLoad' && value === true)

/** JSON pointers of what a plan needs to know about a measure and does not. */
export function incompleteFields(measure: gateway.MeasureJson, region: Region): string[] {
  return [
    ...(measure.title === undefined ? ['/title'] : []),
    ...(measure.purpose === undefined ? ['/purpose'] : []),
    ...(measure.leadsTo === undefined ? ['/leadsTo'] : []),
    ...(measure.place === undefined || !Object.hasOwn(region.facts.places, measure.place) ? ['/place'] : []),
  ]
}

/** True when two measures say the same, whatever their versions are called. */
export function hasSameContent(a: gateway.MeasureJson, b: gateway.MeasureJson): boolean {
  return contentKey(a) === contentKey(b)
}

function contentKey(measure: gateway.MeasureJson): string {
  const { version, weekly, from, to, hoursPerWeek, ...rest } = tidyMeasure(measure)
  const words = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([scheduleKey(measure), words])
}

const fault = (pointer: string, detail: string, code: FaultCode = 'INVALID_FIELD'): Fault => ({ pointer, detail, code })

function textFaults(measure: gateway.MeasureJson, origin: MeasureOrigin): Fault[] {
  const required: readonly TextField[] = origin === 'own' ? ['ref', 'title', 'purpose', 'leadsTo'] : ['ref', 'title']
  const faults: Fault[] = []
  for (const [field, longest] of Object.entries(measureLimits.texts) as [TextField, number][]) {
    const text: unknown = measure[field]
    if (text === undefined || text === '') {
      if (required.includes(field)) faults.push(fault(`/${field}`, `${field} is missing.`))
    } else if (typeof text !== 'string' || text.length > longest) {
      faults.push(fault(`/${field}`, `${field} is a text of at most ${longest} characters.`))
    } else if (required.includes(field) && text.trim() === '') faults.push(fault(`/${field}`, `${field} is empty.`))
  }
  if (measure.version !== undefined && measureVersionFrom(measure.version) === undefined)
    faults.push(fault('/version', `version is a whole number from 1 to ${measureLimits.version}.`))
  return faults
}

function listFaults(measure: gateway.MeasureJson): Fault[] {
  const faults: Fault[] = []
  for (const field of ['areas', 'requires'] as const) {
    const { items, length } = measureLimits.lists[field]
    const list: unknown = measure[field] ?? []
    if (!Array.isArray(list) || list.length > items) faults.push(fault(`/${field}`, `${field} is a list of at most ${items} words.`))
    else {
      list.forEach((word: unknown, index) => {
        if (typeof word !== 'string' || word === '' || word.length > length)
          faults.push(fault(`/${field}/${index}`, `A word of at most ${length} characters.`))
      })
    }
  }
  if (measure.countsAsLoad !== undefined && typeof measure.countsAsLoad !== 'boolean')
    faults.push(fault('/countsAsLoad', 'countsAsLoad is true or false.'))
  return faults
}

function scheduleFaults(measure: gateway.MeasureJson): Fault[] {
  const faults: Fault[] = []
  const from = dayOf(measure.from)
  const to = measure.to === undefined || measure.to === '' ? undefined : dayOf(measure.to)
  if (from === undefined) faults.push(fault('/from', 'from is a date, YYYY-MM-DD, of the years 1900 to 2199.'))
  if (measure.to !== undefined && measure.to !== '' && to === undefined)
    faults.push(fault('/to', 'to is a date, YYYY-MM-DD, of the years 1900 to 2199; leave `to` out for an open end.'))
  if (from !== undefined && to !== undefined && to < from)
    faults.push(fault('/to', 'The last day is before the first.', 'END_BEFORE_START'))
  const hours: unknown = measure.hoursPerWeek
  if (hours !== undefined && !(typeof hours === 'number' && hours >= 0 && hours <= hoursInAWeek))
    faults.push(fault('/hoursPerWeek', `hoursPerWeek is a number of hours up to ${hoursInAWeek}.`))
  const weekly: unknown = measure.weekly ?? []
  if (!Array.isArray(weekly) || weekly.length > weeklyRows)
    return [...faults, fault('/weekly', `weekly is a list of at most ${weeklyRows} rows.`)]
  if (weekly.length > 0 && typeof hours === 'number' && hours > 0)
    faults.push(fault('/hoursPerWeek', 'Hours a week are told instead of a weekly schedule, not besides it.'))
  const rowFaults = weekly.flatMap((row, index) => slotFaults(row, `/weekly/${index}`))
  return [...faults, ...rowFaults, ...(rowFaults.length === 0 ? overlapFaults(weekly) : [])]
}

const dayOf = (date: unknown): number | undefined => (typeof date === 'string' ? dayFrom(date) : undefined)
const isTime = (time: unknown): time is string => typeof time === 'string' && timePattern.test(time)

function slotFaults(row: gateway.WeeklySlotJson, pointer: string): Fault[] {
  if (typeof row !== 'object' || row === null) return [fault(pointer, 'A row is days, start and end.')]
  const faults: Fault[] = []
  const days: unknown = row.days
  if (
    !Array.isArray(days) ||
    days.length === 0 ||
    days.some((day) => !weekdays.includes(day as Weekday)) ||
    new Set(days).size !== days.length
  )
    faults.push(fault(`${pointer}/days`, `days are some of ${weekdays.join(', ')}, each once.`))
  if (!isTime(row.start)) faults.push(fault(`${pointer}/start`, 'start is a time of day, HH:MM.'))
  if (!isTime(row.end)) faults.push(fault(`${pointer}/end`, 'end is a time of day, HH:MM.'))
  if (isTime(row.start) && isTime(row.end) && row.end <= row.start)
    faults.push(fault(`${pointer}/end`, 'The row ends before it starts, or as it starts.', 'END_BEFORE_START'))
  return faults
}

function overlapFaults(weekly: gateway.WeeklySlotJson[]): Fault[] {
  const taken: ReturnType<typeof slotsFrom> = []
  const faults: Fault[] = []
  weekly.forEach((row, index) => {
    const slots = slotsFrom([row])
    const overlaps = slots.some((slot) =>
      taken.some((other) => other.weekday === slot.weekday && slot.start < other.end && other.start < slot.end),
    )
    if (overlaps) faults.push(fault(`/weekly/${index}`, 'The row overlaps an earlier one of the same measure.', 'OVERLAPPING_OWN_PATTERN'))
    taken.push(...slots)
  })
  return faults
}
