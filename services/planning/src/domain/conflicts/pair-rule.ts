import type { planning } from '@samresa/contracts'
import { dateFrom, weekdays } from '../day.ts'
import type { PlannedMeasure } from '../plan.ts'
import type { Region } from '../region.ts'
import { lastDayOf, runBetween, type Slot, scheduleOf, timeFrom } from '../schedule.ts'

/** One slot of a measure, and where it is. */
export interface PlacedSlot {
  slot: Slot
  place: string | undefined
}

/** Minutes since midnight. */
export interface TimeSpan {
  start: number
  end: number
}

/** What is wrong between two slots of the same weekday, whenever both happen; undefined when nothing is. */
export type PairRule = (a: PlacedSlot, b: PlacedSlot, region: Region) => TimeSpan | undefined

/** The occurrences that a rule finds between two measures: by weekday, then time; empty when there are none. */
export function runsOfPair(
  rule: PairRule,
  [a, b]: readonly [PlannedMeasure, PlannedMeasure],
  { region, horizon }: { region: Region; horizon: number },
): planning.FindingRunJson[] {
  const [scheduleA, scheduleB] = [scheduleOf(a.measure), scheduleOf(b.measure)]
  const from = Math.max(scheduleA.from, scheduleB.from)
  const to = Math.min(lastDayOf(scheduleA, horizon), lastDayOf(scheduleB, horizon))
  if (from > to) return []
  const found = new Map<string, { weekday: number; span: TimeSpan }>()
  for (const slotA of scheduleA.slots) {
    for (const slotB of scheduleB.slots) {
      if (slotA.weekday !== slotB.weekday) continue
      const span = rule({ slot: slotA, place: a.measure.place }, { slot: slotB, place: b.measure.place }, region)
      if (span !== undefined) found.set(`${slotA.weekday} ${span.start} ${span.end}`, { weekday: slotA.weekday, span })
    }
  }
  return [...found.values()]
    .sort((x, y) => x.weekday - y.weekday || x.span.start - y.span.start || x.span.end - y.span.end)
    .flatMap(({ weekday, span }) => {
      const run = runBetween(weekday, from, to, region)
      if (run === undefined) return []
      const { first, last, count, leftOut } = run
      return [
        {
          day: weekdays[weekday]!,
          start: timeFrom(span.start),
          end: timeFrom(span.end),
          first: dateFrom(first),
          last: dateFrom(last),
          count,
          ...(leftOut.length > 0 ? { leftOut: leftOut.map(dateFrom) } : {}),
        },
      ]
    })
}
