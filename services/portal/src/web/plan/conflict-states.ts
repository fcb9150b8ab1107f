import type { Conflict } from '../api/model.ts'

const closedStates: Conflict['state'][] = ['VERIFIED', 'WITHDRAWN', 'ACCEPTED_AS_IS']
const severityOrder = ['high', 'medium', 'low']

/** A conflict that someone still has to do something about. */
export const isOpen = (conflict: Pick<Conflict, 'state'>): boolean => !closedStates.includes(conflict.state)

/** The most serious first; the oldest first among equals. */
export const bySeverity = (a: Conflict, b: Conflict): number =>
  severityOrder.indexOf(a.severity ?? 'low') - severityOrder.indexOf(b.severity ?? 'low') ||
  (a.detectedAt ?? '').localeCompare(b.detectedAt ?? '') ||
  rank(a) - rank(b)

/** True for a deviation whose measure also clashes: whoever changes that measure may solve both. */
export const followsClash = (conflict: Conflict, all: Conflict[]): boolean =>
  conflict.code === 'PLAN_DEVIATION' &&
  all.some(
    (other) => other.code === 'TIME_OVERLAP' && isOpen(other) && (other.measures ?? []).some((id) => conflict.measures?.includes(id)),
  )

// Of two conflicts found in one re-check the clash of times comes before the deviation that caused it.
const codeOrder = ['TIME_OVERLAP', 'TRAVEL_TIME', 'OVER_CAPACITY', 'PLAN_DEVIATION']
const rank = (conflict: Conflict) => codeOrder.indexOf(conflict.code)
