import { type BusinessClock, type CallContext, newId, timestamp } from '@samresa/kernel'
import { type NewConsent, namesConsent } from '../domain/consent.ts'
import type { ParticipantCommand } from '../domain/participant.ts'
import { type ConsentAnswer, consentAnswersFrom } from './consent-answer.ts'
import { ensureOwnCommit } from './own-commit.ts'
import type { ParticipantRecords, ParticipantStreams } from './participant-records.ts'

/** Which consents are meant: one by id, or all between two agencies. */
export type ConsentSelector = { consentId: string } | { between: string[] }

/** Consents are the participant's to give and to withdraw; the caseworker may write down what the participant has said. */
const mayDecide = ['self', 'caseworker'] as const

/** Gives and withdraws consents. An answer comes after the commit, and every later decision about access knows of it. */
export function createChangeConsents({
  streams,
  records,
  businessClock,
}: {
  streams: ParticipantStreams
  records: ParticipantRecords
  businessClock: BusinessClock
}) {
  type Call = CallContext & { commandId: string }

  async function execute(participantId: string, command: ParticipantCommand, call: Call) {
    await records.getFor(call, participantId, mayDecide)
    const execution = await streams.execute(participantId, command, call)
    const type = command.type === 'GiveConsent' ? 'samresa.journey.v1.ConsentGiven' : 'samresa.journey.v1.ConsentWithdrawn'
    return ensureOwnCommit(execution, participantId, type)
  }

  return {
    give: async (participantId: string, consent: NewConsent, call: Call): Promise<ConsentAnswer> => {
      const now = timestamp(businessClock.now())
      const { events } = await execute(participantId, { type: 'GiveConsent', consent: { ...consent, consentId: newId() }, now }, call)
      return consentAnswersFrom(events)[0]!
    },
    /** All consents that the selector means, withdrawn now or before. */
    withdraw: async (participantId: string, selector: ConsentSelector, call: Call): Promise<ConsentAnswer[]> => {
      const now = businessClock.now()
      const command = { type: 'WithdrawConsents' as const, ...selector, now: timestamp(now), today: businessClock.today().toString() }
      const { state } = await execute(participantId, command, call)
      return state.consents.filter((consent) => namesConsent({ consentId: undefined, between: undefined, ...selector }, consent))
    },
  }
}

export type ChangeConsents = ReturnType<typeof createChangeConsents>
