import type { gateway } from '@samresa/contracts'
import { idFrom } from '@samresa/kernel'

export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const

/** The days of a row in the week's order, each once; words that are no days go last as they came. */
function orderedDays(days: readonly string[]): string[] {
  if (days.length < 2) return [...days]
  const rank = (day: string) => {
    const index = (weekdays as readonly string[]).indexOf(day)
    return index < 0 ? weekdays.length : index
  }
  return [...new Set(days)].sort((a, b) => rank(a) - rank(b))
}

/** The one way to write a measure: fields in a fixed order, what says nothing left out, so that equal measures are equal texts. */
export function canonicalMeasure(measure: gateway.MeasureJson): gateway.MeasureJson {
  const canonical: gateway.MeasureJson = {}
  if (measure.ref) canonical.ref = measure.ref
  if (measure.version !== undefined) canonical.version = String(measure.version)
  if (measure.title) canonical.title = measure.title
  if (measure.areas?.length) canonical.areas = measure.areas
  if (measure.place) canonical.place = measure.place
  if (measure.weekly?.length) {
    canonical.weekly = measure.weekly.map((row) => ({ days: orderedDays(row.days ?? []), start: row.start ?? '', end: row.end ?? '' }))
  }
  if (measure.from) canonical.from = measure.from
  if (measure.to) canonical.to = measure.to
  if (measure.hoursPerWeek !== undefined && measure.hoursPerWeek !== 0) canonical.hoursPerWeek = measure.hoursPerWeek
  if (measure.purpose) canonical.purpose = measure.purpose
  if (measure.leadsTo) canonical.leadsTo = measure.leadsTo
  if (measure.language) canonical.language = measure.language
  if (measure.delivery) canonical.delivery = measure.delivery
  if (measure.programme) canonical.programme = measure.programme
  if (measure.requires?.length) canonical.requires = measure.requires
  if (measure.countsAsLoad === false) canonical.countsAsLoad = false
  return canonical
}

/** A short name of what a measure says, whoever wrote it: the same for the same content, whatever its ref and version. */
export function contentOf(measure: gateway.MeasureJson): string {
  const { ref: _ref, version: _version, ...content } = canonicalMeasure(measure)
  return idFrom('measure-content', JSON.stringify(content))
}
