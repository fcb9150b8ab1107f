import type { Directory, ParticipantFacts } from '@samresa/directory'
import { type Actor, type BusinessClock, notFound, RejectionError } from '@samresa/kernel'
import { relationOf } from '@samresa/visibility'

/** Whose eyes a view is made for, and on which day. */
export interface Reader {
  actor: Actor
  facts: ParticipantFacts
  /** YYYY-MM-DD */
  today: string
}

/** The actor as a reader of a participant's plan; of anyone the actor may not know of, refused as if there were no such participant. */
export type FindReader = (actor: Actor, participantId: string) => Promise<Reader>

export const createFindReader =
  ({ directory, businessClock }: { directory: Directory; businessClock: BusinessClock }): FindReader =>
  async (actor, participantId) => {
    const facts = await directory.find({ participantId })
    if (facts === undefined || relationOf(actor, facts) === 'none') throw new RejectionError(notFound())
    return { actor, facts, today: businessClock.today().toString() }
  }
