import { type CallContext, notFound, RejectionError, reject, within } from '@samresa/kernel'
import type { AccessRecord, Evidence } from './evidence.ts'
import { orderedSteps, type TraceStep } from './trace.projection.ts'

/** A timeline row as journey proves it. */
export interface TimelineRow {
  eventId: string
  type: string
  participantId: string
  shownAt: string
}

export interface ReadEvidenceDependencies {
  evidence: Evidence
  /** Resolves when what happened before the call is in evidence; never, as long as nothing can be written. */
  caughtUp(): Promise<void>
  /** How long a reader waits for that before getting what there is; 2 s by default. */
  patienceMs?: number
  timeline: { rowsUnder(correlationId: string): Promise<TimelineRow[]> }
  directory: { find(person: { participantId: string }): Promise<object | undefined> }
}

const stepFromRow = ({ eventId, type, participantId, shownAt }: TimelineRow): TraceStep => ({
  at: shownAt,
  service: 'journey',
  step: 'TIMELINE',
  type,
  eventId,
  participantId,
})

const evidenceBehind = () =>
  new RejectionError(
    reject('unavailable', 'EVIDENCE_BEHIND', 'Nothing is known of this correlation yet, and evidence is behind. Try again in a while.'),
  )

/** Reads what is in evidence. Unknown and not yours look the same. */
export function createReadEvidence({ evidence, caughtUp, timeline, directory, patienceMs = 2_000 }: ReadEvidenceDependencies) {
  return {
    /** The steps under a correlation, in order; refuses when nobody knows it. */
    async trace(correlationId: string): Promise<TraceStep[]> {
      const complete = await within(caughtUp(), patienceMs)
      const [steps, rows] = await Promise.all([evidence.stepsUnder(correlationId), timeline.rowsUnder(correlationId)])
      const all = orderedSteps([...steps, ...rows.map(stepFromRow)])
      if (all.length === 0) throw complete ? new RejectionError(notFound()) : evidenceBehind()
      return all
    },

    /** One page of who has read about a participant, newest first; participants ask about themselves. */
    async accessRecords(
      participantId: string,
      page: { offset: number; limit: number },
      { actor }: CallContext,
    ): Promise<{ items: AccessRecord[]; total: number }> {
      if (actor.role === 'participant' && actor.participantId !== participantId) throw new RejectionError(notFound())
      if ((await directory.find({ participantId })) === undefined) throw new RejectionError(notFound())
      await within(caughtUp(), patienceMs)
      return evidence.accessTo(participantId, page)
    },
  }
}
