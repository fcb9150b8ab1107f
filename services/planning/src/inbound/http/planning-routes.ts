import type { HttpService } from '@samresa/http'
import type { CallContext } from '@samresa/kernel'
import { newId } from '@samresa/kernel'
import type { ChangeMeasures } from '../../application/change-measures.ts'
import type { Conflicts } from '../../application/conflicts.ts'
import type { Plans } from '../../application/plans.ts'
import type { Proposals } from '../../application/proposals.ts'
import type { FindReader } from '../../application/readers.ts'
import type { Region } from '../../domain/region.ts'

/** What every route of this service is given. */
export interface PlanningRoutes {
  http: HttpService
  plans: Plans
  findReader: FindReader
  measures: ChangeMeasures
  conflicts: Conflicts
  proposals: Proposals
  region: Region
}

/** The call with its command's id: the caller's key when there is one, so that a repeated call changes nothing. */
export const commandFrom = (context: CallContext, idempotencyKey: string | undefined): CallContext & { commandId: string } => ({
  ...context,
  commandId: idempotencyKey === undefined ? newId() : `http:planning:${context.actor.user}:${idempotencyKey}`,
})

export const entityTag = (version: number): { etag: string } => ({ etag: `"${version}"` })

/** Who may read a plan at all; what each sees of it is decided by visibility. */
export const readers = ['caseworker', 'officer', 'agency-system', 'participant', 'auditor', 'scenario'] as const
