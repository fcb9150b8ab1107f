import type { gateway } from '@samresa/contracts'
import { measureLimits, measureVersionFrom } from '@samresa/kernel'
import { isDate, isTime } from './calendar-text.ts'
import { weekdays } from './measure-content.ts'

export type MeasureFaultCode = 'INVALID_FIELD' | 'END_BEFORE_START' | 'OVERLAPPING_OWN_PATTERN'

/** What keeps a report from being accepted: the code, and the JSON pointer of the faulty field within the measure. */
export interface MeasureFault {
  code: MeasureFaultCode
  pointer: string
}

const { texts: textLimits, lists: listLimits, weeklyRows, hoursPerWeek } = measureLimits

const invalid = (pointer: string): MeasureFault => ({ code: 'INVALID_FIELD', pointer })

function textFault(measure: gateway.MeasureJson): MeasureFault | undefined {
  for (const field of Object.keys(textLimits) as (keyof typeof textLimits)[]) {
    if ((measure[field] ?? '').length > textLimits[field]) return invalid(`/${field}`)
  }
  for (const field of Object.keys(listLimits) as (keyof typeof listLimits)[]) {
    const list = measure[field]
    if (list === undefined) continue
    const { items, length } = listLimits[field]
    if (list.length > items) return invalid(`/${field}`)
    const index = list.findIndex((text) => text === '' || text.length > length)
    if (index >= 0) return invalid(`/${field}/${index}`)
  }
  return undefined
}

function rowFault(row: gateway.WeeklySlotJson, pointer: string): MeasureFault | undefined {
  const days = row.days ?? []
  if (days.length === 0) return invalid(`${pointer}/days`)
  const unknown = days.findIndex((day) => !(weekdays as readonly string[]).includes(day))
  if (unknown >= 0) return invalid(`${pointer}/days/${unknown}`)
  if (!isTime(row.start ?? '')) return invalid(`${pointer}/start`)
  if (!isTime(row.end ?? '')) return invalid(`${pointer}/end`)
  return row.end! <= row.start! ? { code: 'END_BEFORE_START', pointer: `${pointer}/end` } : undefined
}

/** The first row that stands on the same day at the same time as an earlier one. Times are half-open. */
function overlapFault(rows: gateway.WeeklySlotJson[]): MeasureFault | undefined {
  for (const [index, row] of rows.entries()) {
    const clash = rows
      .slice(0, index)
      .some((earlier) => earlier.start! < row.end! && row.start! < earlier.end! && row.days!.some((day) => earlier.days!.includes(day)))
    if (clash) return { code: 'OVERLAPPING_OWN_PATTERN', pointer: `/weekly/${index}` }
  }
  return undefined
}

function weeklyFault(rows: gateway.WeeklySlotJson[]): MeasureFault | undefined {
  if (rows.length > weeklyRows) return invalid('/weekly')
  for (const [index, row] of rows.entries()) {
    const fault = rowFault(row, `/weekly/${index}`)
    if (fault !== undefined) return fault
  }
  return overlapFault(rows)
}

/**
 * The first fault of a measure in its canonical form, or undefined. What another agency has decided is a fact: only what cannot be read
 * as a measure is a fault. An unknown place, area or programme, a missing purpose, a pattern that never occurs are none.
 */
export function faultOfMeasure(measure: gateway.MeasureJson): MeasureFault | undefined {
  if (!measure.ref) return invalid('/ref')
  if (measureVersionFrom(measure.version) === undefined) return invalid('/version')
  if (!isDate(measure.from ?? '')) return invalid('/from')
  if (measure.to !== undefined && !isDate(measure.to)) return invalid('/to')
  if (measure.to !== undefined && measure.to < measure.from!) return { code: 'END_BEFORE_START', pointer: '/to' }
  const hours = measure.hoursPerWeek ?? 0
  if (typeof hours !== 'number' || !(hours >= 0 && hours <= hoursPerWeek)) return invalid('/hoursPerWeek')
  if (hours > 0 && measure.weekly !== undefined) return invalid('/hoursPerWeek')
  return textFault(measure) ?? weeklyFault(measure.weekly ?? [])
}

/** What the municipality's own measures must say besides, however they come in: why they are there. */
export function faultOfOwnMeasure(measure: gateway.MeasureJson): MeasureFault | undefined {
  const missing = (['purpose', 'leadsTo'] as const).find((field) => (measure[field] ?? '').trim() === '')
  return missing === undefined ? undefined : invalid(`/${missing}`)
}
