import type { Slot } from '../schedule.ts'
import type { PairRule } from './pair-rule.ts'

/** Two occurrences of different measures share time on the same date. Ends are not part of them: one may start as the other ends. */
export const timeOverlap: PairRule = (a, b) =>
  overlaps(a, b) ? { start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) } : undefined

export const overlaps = (a: Slot, b: Slot): boolean => a.start < b.end && b.start < a.end
