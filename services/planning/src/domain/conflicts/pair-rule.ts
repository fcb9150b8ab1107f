import type { planning } from '@samresa/contracts'
import { dateFrom, weekdays } from '../day.ts'
import type { PlannedMeasure } from '../plan.ts'
import type { Region } from '../region.ts'
import { lastDayOf, runBetween, type Slot, scheduleOf, timeFrom } from '../schedule.ts'

/** Minutes since midnight. */
export interface TimeSpan {
  start: number
  end: number
}

/** What is wrong between two slots of one weekday whenever both happen, with that long a way between them; undefined when nothing is. */
export type PairRule = (a: Slot, b: Slot, travelMinutes: number) => TimeSpan | undefined

interface Found {
  weekday: number
  span: TimeSpan
}

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
  const travelMinutes = region.travelMinutes(a.measure.place, b.measure.place)
  const found: Found[] = []
  for (const slotA of scheduleA.slots) {
    for (const slotB of scheduleB.slots) {
      if (slotA.weekday !== slotB.weekday) continue
      const span = rule(slotA, slotB, travelMinutes)
      if (span !== undefined && !found.some((known) => isSame(known, slotA.weekday, span))) found.push({ weekday: slotA.weekday, span })
    }
  }
  return found.sort(inOrder).flatMap(({ weekday, span }) => {
    const run = runBetween(weekday, from, to, region)
    if (run === undefined) return []
    const { first, last, count, leftOut } = run
    const times = { day: weekdays[weekday]!, start: timeFrom(span.start), end: timeFrom(span.end) }
    const dates = { first: dateFrom(first), last: dateFrom(last), count }
    return [leftOut.length > 0 ? { ...times, ...dates, leftOut: leftOut.map(dateFrom) } : { ...times, ...dates }]
  })
}

const isSame = (known: Found, weekday: number, span: TimeSpan): boolean =>
  known.weekday === weekday && known.span.start === span.start && known.span.end === span.end

const inOrder = (a: Found, b: Found): number => a.weekday - b.weekday || a.span.start - b.span.start || a.span.end - b.span.end
