import type { Directory } from '@samresa/directory'
import type { HttpService } from '@samresa/http'
import type { BusinessClock, CallContext } from '@samresa/kernel'
import { newId } from '@samresa/kernel'
import type { CommitStore } from '@samresa/store'
import type { Plans } from '../../application/plans.ts'
import type { ProposalIndex } from '../../application/proposal-index.ts'
import type { Region } from '../../domain/region.ts'

/** What every route of this service is given. */
export interface PlanningRoutes {
  http: HttpService
  plans: Plans
  commits: CommitStore
  proposals: ProposalIndex
  directory: Directory
  region: Region
  businessClock: BusinessClock
}

/** The command's id: the caller's key when there is one, so that a repeated call changes nothing. */
export const commandIdFrom = (context: CallContext, idempotencyKey: string | undefined): string =>
  idempotencyKey === undefined ? newId() : `http:planning:${context.actor.user}:${idempotencyKey}`

export const entityTag = (version: number): { etag: string } => ({ etag: `"${version}"` })

/** Who may read a plan at all; what each sees of it is decided by visibility. */
export const readers = ['caseworker', 'officer', 'agency-system', 'participant', 'auditor', 'scenario'] as const
