import type { PairRule } from './pair-rule.ts'
import { overlaps } from './time-overlap.ts'

/**
 * Two occurrences of different measures on the same date with less time between them than the way takes. Every pair of the day counts,
 * not only neighbours. The time found is the gap: from the first's end to the second's start.
 */
export const travelTime: PairRule = (a, b, region) => {
  if (overlaps(a.slot, b.slot)) return undefined
  const [earlier, later] = a.slot.end <= b.slot.start ? [a, b] : [b, a]
  const gap = later.slot.start - earlier.slot.end
  return gap < region.travelMinutes(earlier.place, later.place) ? { start: earlier.slot.end, end: later.slot.start } : undefined
}
