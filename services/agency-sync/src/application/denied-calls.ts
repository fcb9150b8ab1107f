import type { AccessLog } from '@samresa/access-log'
import { type CallContext, personalNumberFrom } from '@samresa/kernel'
import type { Directory, Person } from './report-measure.ts'
import type { Proposals } from './respond-to-proposal.ts'

/** Whom a call was about, as far as it says: a person, or somebody's proposal. */
export interface Concerned {
  person?: Person | undefined
  proposalId?: string
}

/** Leaves the record of a call that its caller may not make; without anybody enrolled there is nothing to record. */
export type RecordDenied = (context: CallContext, route: string, concerned: Concerned) => Promise<void>

export function createRecordDenied({
  accessLog,
  directory,
  proposals,
}: {
  accessLog: AccessLog
  directory: Directory
  proposals: Proposals
}): RecordDenied {
  async function participantIn({ person, proposalId }: Concerned): Promise<string | undefined> {
    if (proposalId !== undefined) return (await proposals.find(proposalId))?.participantId
    const known = person === undefined ? undefined : normalised(person)
    return known === undefined ? undefined : (await directory.find(known))?.participantId
  }

  return async ({ actor, purpose, correlationId }, route, concerned) => {
    const participantId = await participantIn(concerned)
    if (participantId !== undefined) {
      await accessLog.record({ participantId, actor, route, purpose, decision: 'DENIED', correlationId })
    }
  }
}

/** The person by one way of writing it; undefined when named by nothing, or by a number that cannot exist. */
export function normalised(person: Person): Person | undefined {
  if ('participantId' in person) return person.participantId === '' ? undefined : person
  const personalNumber = personalNumberFrom(person.personalNumber)
  return personalNumber === undefined ? undefined : { personalNumber }
}
