import { type CallContext, notFound, personalNumberFrom, RejectionError } from '@samresa/kernel'
import type { StreamHandler } from '@samresa/store'
import { type AccessFacts, type Relation, relationOf } from '@samresa/visibility'
import type { Participant, ParticipantCommand, ParticipantEvent } from '../domain/participant.ts'
import { impossiblePersonalNumber } from '../domain/personal-number.ts'
import type { Vault } from './ports.ts'

export type ParticipantStreams = StreamHandler<Participant, ParticipantCommand, ParticipantEvent>

/** An enrolled participant: everything that is no personal fact. The same object until something changes. */
export interface ParticipantRecord {
  participantId: string
  participant: Participant
}

/** Finds enrolled participants. What access is decided from comes from the event stream, so it is never older than the last commit. */
export interface ParticipantRecords {
  find(participantId: string): Promise<ParticipantRecord | undefined>
  /** Rejects with INVALID_FIELD for a number that cannot exist. */
  findByNumber(personalNumber: string): Promise<ParticipantRecord | undefined>
  /** The record and how the actor stands to it; the one 404 for unknown and for "not yours". */
  getFor(context: CallContext, participantId: string, allowed?: readonly Relation[]): Promise<{ facts: AccessFacts; relation: Relation }>
}

export const factsFrom = ({ participantId, participant }: ParticipantRecord): AccessFacts => ({ participantId, ...participant })

const everyRelation: readonly Relation[] = ['self', 'caseworker', 'agency', 'auditor', 'scenario']

export function createParticipantRecords({ streams, vault }: { streams: ParticipantStreams; vault: Vault }): ParticipantRecords {
  async function find(participantId: string): Promise<ParticipantRecord | undefined> {
    const { state } = await streams.load(participantId)
    return state.enrolled ? { participantId, participant: state } : undefined
  }

  async function findByNumber(text: string): Promise<ParticipantRecord | undefined> {
    const personalNumber = personalNumberFrom(text)
    if (personalNumber === undefined) throw new RejectionError(impossiblePersonalNumber())
    const participantId = await vault.findId(personalNumber)
    return participantId === undefined ? undefined : find(participantId)
  }

  return {
    find,
    findByNumber,
    getFor: async ({ actor }, participantId, allowed = everyRelation) => {
      const record = await find(participantId)
      if (record === undefined) throw new RejectionError(notFound())
      const facts = factsFrom(record)
      const relation = relationOf(actor, facts)
      if (!allowed.includes(relation)) throw new RejectionError(notFound())
      return { facts, relation }
    },
  }
}
