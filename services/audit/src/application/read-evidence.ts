import type { ParticipantFacts } from '@samresa/directory'
import { type CallContext, notFound, RejectionError } from '@samresa/kernel'
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
  /** Resolves when what happened before the call is in evidence. */
  caughtUp(): Promise<void>
  timeline: { rowsUnder(correlationId: string): Promise<TimelineRow[]> }
  directory: { find(person: { participantId: string }): Promise<ParticipantFacts | undefined> }
}

const stepFromRow = ({ eventId, type, participantId, shownAt }: TimelineRow): TraceStep => ({
  at: shownAt,
  service: 'journey',
  step: 'TIMELINE',
  type,
  eventId,
  participantId,
})

/** Reads what is in evidence. Unknown and not yours look the same. */
export function createReadEvidence({ evidence, caughtUp, timeline, directory }: ReadEvidenceDependencies) {
  return {
    /** The steps under a correlation, in order; refuses when nobody knows it. */
    async trace(correlationId: string): Promise<TraceStep[]> {
      await caughtUp()
      const [steps, rows] = await Promise.all([evidence.stepsUnder(correlationId), timeline.rowsUnder(correlationId)])
      const all = orderedSteps([...steps, ...rows.map(stepFromRow)])
      if (all.length === 0) throw new RejectionError(notFound())
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
      await caughtUp()
      return evidence.accessTo(participantId, page)
    },
  }
}
