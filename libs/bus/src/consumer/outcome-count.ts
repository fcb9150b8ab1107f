import { counter } from '@samresa/telemetry'
import type { Outcome } from '../event-bus.ts'

const dealtWith = counter('samresa_events_projected_total')

/** Counts what became of a batch. */
export function countOutcomes(consumer: string, outcomes: readonly Outcome[]): void {
  for (const [outcome, those] of Map.groupBy(outcomes, wordFor)) dealtWith.add({ consumer, outcome }, those.length)
}

const wordFor = (outcome: Outcome): string => (outcome === 'done' ? 'done' : 'park' in outcome ? 'parked' : 'retry')
