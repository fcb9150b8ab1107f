import { counter } from '@samresa/telemetry'
import type { PlanEvent } from '../domain/plan.ts'

const conflicts = counter('samresa_conflicts_total')

/** What a conflict's way from found to closed is called in the metric. */
const changes: Partial<Record<PlanEvent['type'], string>> = {
  'samresa.planning.v1.ConflictDetected': 'detected',
  'samresa.planning.v1.ConflictAgreed': 'agreed',
  'samresa.planning.v1.ConflictVerified': 'verified',
  'samresa.planning.v1.ConflictAcceptedAsIs': 'accepted_as_is',
  'samresa.planning.v1.ConflictWithdrawn': 'withdrawn',
}

/** Counts what newly recorded events did to the conflicts of a plan. */
export function countConflicts(events: readonly PlanEvent[]): void {
  for (const { type } of events) {
    const change = changes[type]
    if (change !== undefined) conflicts.add({ change })
  }
}
