import type { Commit } from '@samresa/store'

/** How a conflict came up and how it ended, as the commits prove it. */
export interface ConflictEvidence {
  /** Of what raised it last. */
  correlationId: string
  /** When the re-check found it gone, and the event that says so. */
  closed?: { at: string; recheckEventId: string }
}

const closing = new Set([
  'samresa.planning.v1.ConflictVerified',
  'samresa.planning.v1.ConflictWithdrawn',
  'samresa.planning.v1.ConflictAcceptedAsIs',
])

/** The evidence of every conflict of a plan, by conflict id; a pure fold over the plan's commits. Nothing sealed is needed for it. */
export function conflictEvidenceFrom(commits: readonly Commit[]): Map<string, ConflictEvidence> {
  const evidence = new Map<string, ConflictEvidence>()
  for (const commit of commits) {
    for (const event of commit.events) {
      const { conflictId } = event.data as { conflictId?: string }
      if (conflictId === undefined) continue
      if (event.type === 'samresa.planning.v1.ConflictDetected') evidence.set(conflictId, { correlationId: commit.correlationId })
      const known = evidence.get(conflictId)
      if (known !== undefined && closing.has(event.type)) known.closed = { at: event.time, recheckEventId: event.id }
    }
  }
  return evidence
}
