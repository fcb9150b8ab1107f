import type { Slot } from '../schedule.ts'
import type { PairRule } from './pair-rule.ts'

/** Two occurrences of different measures share time on the same date. Ends are not part of them: one may start as the other ends. */
export const timeOverlap: PairRule = (a, b) =>
  overlaps(a.slot, b.slot) ? { start: Math.max(a.slot.start, b.slot.start), end: Math.min(a.slot.end, b.slot.end) } : undefined

export const overlaps = (a: Slot, b: Slot): boolean => a.start < b.end && b.start < a.end
