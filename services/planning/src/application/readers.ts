import type { Directory, ParticipantFacts } from '@samresa/directory'
import { type Actor, notFound, RejectionError } from '@samresa/kernel'
import { relationOf } from '@samresa/visibility'

/** The facts of a participant whom this actor may know of; anyone else's are refused as if there were no such participant. */
export async function factsForReader(directory: Directory, actor: Actor, participantId: string): Promise<ParticipantFacts> {
  const facts = await directory.find({ participantId })
  if (facts === undefined || relationOf(actor, facts) === 'none') throw new RejectionError(notFound())
  return facts
}
