import { create } from '@bufbuild/protobuf'
import { directory as contract } from '@samresa/contracts'
import { type GrpcClient, type GrpcTarget, isLocal } from '@samresa/grpc'
import { RejectionError } from '@samresa/kernel'

export type ParticipantFacts = contract.ParticipantFacts

/** Who is asked for: by personal number (12 digits), or by id. */
export type Person = { personalNumber: string } | { participantId: string }

/** Journey's answers about participants, as fresh as the rules of access need them. */
export interface Directory {
  /** The facts that access is decided from; undefined for somebody who is not enrolled. Rejects with `unavailable` when nobody knows. */
  find(person: Person): Promise<ParticipantFacts | undefined>
}

/** Older than this, a copy no longer counts as knowing what the participant has consented to. */
const consentsCountMs = 5_000

/** Copies kept while journey cannot be reached; the oldest asked for go first. */
const keptCopies = 10_000

interface Copy {
  facts: ParticipantFacts
  at: number
}

/** The copy without consents: other agencies' measures are then masked. */
const withoutConsents = (facts: ParticipantFacts): ParticipantFacts => create(contract.ParticipantFactsSchema, { ...facts, consents: [] })

const isOfKind = (error: unknown, kind: string) => error instanceof RejectionError && error.rejection.kind === kind

/** How long an answer of journey there may be used again: not at all in the same process, so that a withdrawal works at once. */
export const maxAgeOf = (journey: GrpcTarget): number => (isLocal(journey) ? 0 : 1_000)

/**
 * A directory over journey's DirectoryService. `maxAgeMs` is how long an answer may be used again. `now` is a monotonic clock in milliseconds.
 */
export function createDirectory({
  client,
  maxAgeMs,
  now = () => performance.now(),
}: {
  client: Pick<GrpcClient<typeof contract.DirectoryService>, 'findParticipant'>
  maxAgeMs: number
  now?: () => number
}): Directory {
  const copies = new Map<string, Copy>()

  function keep(key: string, facts: ParticipantFacts) {
    copies.delete(key)
    copies.set(key, { facts, at: now() })
    if (copies.size > keptCopies) copies.delete(copies.keys().next().value!)
  }

  async function ask(person: Person): Promise<ParticipantFacts | undefined> {
    try {
      const answer = await client.findParticipant({
        person:
          'participantId' in person
            ? { case: 'participantId', value: person.participantId }
            : { case: 'personalNumber', value: person.personalNumber },
      })
      return answer.participant
    } catch (error) {
      if (!isOfKind(error, 'not-found')) throw error
      return undefined
    }
  }

  async function findWithCopies(person: Person): Promise<ParticipantFacts | undefined> {
    const key = 'participantId' in person ? `id:${person.participantId}` : `number:${person.personalNumber}`
    const copy = copies.get(key)
    if (copy !== undefined && now() - copy.at <= maxAgeMs) return copy.facts
    try {
      const facts = await ask(person)
      if (facts === undefined) copies.delete(key)
      else keep(key, facts)
      return facts
    } catch (error) {
      if (copy === undefined || !isOfKind(error, 'unavailable')) throw error
      return now() - copy.at <= consentsCountMs ? copy.facts : withoutConsents(copy.facts)
    }
  }

  return { find: maxAgeMs === 0 ? ask : findWithCopies }
}
