import type { FieldFault } from '@samresa/kernel'

/** Local days, YYYY-MM-DD; `to` is the last one, absent when open-ended. */
export interface Period {
  from: string
  to?: string
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

/** What is wrong with a period: days that do not exist, or an end before the start. */
export function periodFaults({ from, to }: Period, pointer: string): FieldFault[] {
  const detail = 'Give a day as YYYY-MM-DD.'
  const faults = [
    ...(isDay(from) ? [] : [{ pointer: `${pointer}/from`, detail }]),
    ...(to === undefined || isDay(to) ? [] : [{ pointer: `${pointer}/to`, detail }]),
  ]
  if (faults.length > 0 || to === undefined || from <= to) return faults
  return [{ pointer: `${pointer}/to`, detail: 'The last day must not be before the first.' }]
}
