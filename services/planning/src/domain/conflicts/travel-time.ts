import type { PairRule } from './pair-rule.ts'
import { overlaps } from './time-overlap.ts'

/**
 * Two occurrences of different measures on the same date with less time between them than the way takes. Every pair of the day counts,
 * not only neighbours. The time found is the gap: from the first's end to the second's start.
 */
export const travelTime: PairRule = (a, b, travelMinutes) => {
  if (travelMinutes === 0 || overlaps(a, b)) return undefined
  const [earlier, later] = a.end <= b.start ? [a, b] : [b, a]
  return later.start - earlier.end < travelMinutes ? { start: earlier.end, end: later.start } : undefined
}
