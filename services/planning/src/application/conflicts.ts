import { type CallContext, notFound, RejectionError } from '@samresa/kernel'
import type { CommitStore } from '@samresa/store'
import type { Region } from '../domain/region.ts'
import { conflictEvidenceFrom } from './conflict-evidence.ts'
import { conflictAnswerFor, conflictsFor } from './conflict-view.ts'
import { type PlanRequest, type Plans, planStream } from './plans.ts'
import type { FindReader } from './readers.ts'

export type ConflictRequest = Extract<PlanRequest, { type: 'AcknowledgeConflict' | 'SetUntilDecided' | 'AcceptAsIs' }>
type ConflictAnswer = NonNullable<ReturnType<typeof conflictAnswerFor>>

export interface Conflicts {
  /** As the caller may see them. */
  list(participantId: string, call: CallContext): Promise<ConflictAnswer[]>
  /** One decision about a conflict that the caller may see; answers with the conflict as it then stands. Rejects with RejectionError. */
  decide(participantId: string, request: ConflictRequest, call: CallContext & { commandId: string }): Promise<ConflictAnswer>
}

export function createConflicts({
  plans,
  commits,
  findReader,
  region,
}: {
  plans: Plans
  commits: Pick<CommitStore, 'readStream'>
  findReader: FindReader
  region: Region
}): Conflicts {
  const evidenceOf = async (participantId: string) => conflictEvidenceFrom(await commits.readStream(planStream(participantId)))
  return {
    async list(participantId, call) {
      const reader = await findReader(call.actor, participantId)
      const { plan } = await plans.load(participantId)
      return conflictsFor(reader, { plan, region, evidence: await evidenceOf(participantId) })
    },

    async decide(participantId, request, call) {
      const reader = await findReader(call.actor, participantId)
      const { plan: before } = await plans.load(participantId)
      const seen = before.conflicts.get(request.conflictId)
      if (seen === undefined || conflictAnswerFor(reader, seen, { plan: before, region, evidence: new Map() }) === undefined)
        throw new RejectionError(notFound())
      const { plan } = await plans.execute(participantId, request, call)
      const decided = plan.conflicts.get(request.conflictId)
      const evidence = await evidenceOf(participantId)
      const answer = decided === undefined ? undefined : conflictAnswerFor(reader, decided, { plan, region, evidence })
      if (answer === undefined) throw new RejectionError(notFound())
      return answer
    },
  }
}
