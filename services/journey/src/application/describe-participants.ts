import type { CallContext } from '@samresa/kernel'
import { type Relation, relationOf } from '@samresa/visibility'
import type { ConsentAnswer } from './consent-answer.ts'
import { factsFrom, type ParticipantRecord, type ParticipantRecords } from './participant-records.ts'
import type { Vault } from './ports.ts'

/** One line of a list of participants. */
export interface ParticipantLine {
  participantId: string
  name: string
  agencies: string[]
}

/** A participant as the reader may see it; phone and number are for the caseworker and the participant. */
export interface ParticipantDescription extends ParticipantLine {
  languages: string[]
  consents: ConsentAnswer[]
  phone?: string
  personalNumber?: string
}

/** Where the key has been erased there is no name any more. */
const erased = '–'

/** In place of the name of somebody with a protected identity, for everybody else than the participant and the caseworkers. */
const protectedName = 'Skyddad identitet'

const isClose = (relation: Relation): boolean => relation === 'self' || relation === 'caseworker'

/** Who somebody is, for those who stand in some relation to them. */
export function createDescribeParticipants({ records, vault }: { records: ParticipantRecords; vault: Vault }) {
  const line = async ({ participantId, participant }: ParticipantRecord, relation: Relation): Promise<ParticipantLine> => ({
    participantId,
    name: nameFor(relation, participant, await vault.open(participantId)),
    agencies: participant.agencies,
  })

  return {
    describe: async (context: CallContext, participantId: string): Promise<ParticipantDescription> => {
      const { relation } = await records.getFor(context, participantId, ['self', 'caseworker', 'agency', 'scenario'])
      const { participant } = (await records.find(participantId))!
      const facts = await vault.open(participantId)
      const concerns = ({ between }: ConsentAnswer) => relation !== 'agency' || between.includes(context.actor.agency!)
      return {
        participantId,
        name: nameFor(relation, participant, facts),
        languages: participant.languages,
        agencies: participant.agencies,
        consents: participant.consents.filter(concerns),
        ...(isClose(relation) && facts?.phone !== undefined ? { phone: facts.phone } : {}),
        ...(isClose(relation) && facts !== undefined ? { personalNumber: facts.personalNumber } : {}),
      }
    },

    /** The person with exactly this number, when the reader stands in some relation to them; `denied` is who was found but is not theirs. */
    search: async ({ actor }: CallContext, personalNumber: string): Promise<{ found?: ParticipantLine; denied?: string }> => {
      const record = await records.findByNumber(personalNumber)
      if (record === undefined) return {}
      const relation = relationOf(actor, factsFrom(record))
      if (relation === 'none') return { denied: record.participantId }
      return { found: await line(record, relation) }
    },

    /** The caseworker's own participants, in the order they were taken in. Names are opened for the page that is asked for only. */
    caseload: async ({ actor }: CallContext, { page, limit }: { page: number; limit: number }) => {
      const ids = [...new Set(await vault.takenInBy(actor.user))]
      const taken = await Promise.all(ids.map((participantId) => records.find(participantId)))
      const own = taken.filter((record) => record !== undefined && relationOf(actor, factsFrom(record)) === 'caseworker')
      const shown = own.slice((page - 1) * limit, page * limit) as ParticipantRecord[]
      return { items: await Promise.all(shown.map((record) => line(record, 'caseworker'))), page, limit, total: own.length }
    },
  }
}

function nameFor(relation: Relation, { protectedIdentity }: ParticipantRecord['participant'], facts: { name: string } | undefined): string {
  return protectedIdentity && !isClose(relation) ? protectedName : (facts?.name ?? erased)
}

export type DescribeParticipants = ReturnType<typeof createDescribeParticipants>
