import type { AccessLog } from '@samresa/access-log'
import {
  type BusinessClock,
  type CallContext,
  createKeyedQueue,
  newId,
  personalNumberFrom,
  RejectionError,
  timestamp,
} from '@samresa/kernel'
import { relationOf } from '@samresa/visibility'
import type { CapacityPeriod } from '../domain/capacity.ts'
import type { NewConsent } from '../domain/consent.ts'
import { type ParticipantEvent, participantDecider } from '../domain/participant.ts'
import { impossiblePersonalNumber } from '../domain/personal-number.ts'
import { type ConsentAnswer, consentAnswersFrom } from './consent-answer.ts'
import { ensureOwnCommit } from './own-commit.ts'
import { factsFrom, type ParticipantStreams } from './participant-records.ts'
import type { Vault } from './ports.ts'

/** What a caseworker tells about a person who is taken in. */
export interface Enrolment {
  name: string
  personalNumber: string
  phone?: string
  languages?: string[]
  agencies: string[]
  capacity: CapacityPeriod[]
  consents?: NewConsent[]
  protectedIdentity?: boolean
}

export interface Enrolled {
  participantId: string
  agencies: string[]
  consents: ConsentAnswer[]
}

/** Who enrols, under which commit, and the route that it came by. */
type EnrolCall = CallContext & { commandId: string; route: string }

const enrolledFrom = (participantId: string, events: ParticipantEvent[]): Enrolled => ({
  participantId,
  agencies: events.flatMap((event) => (event.type === 'samresa.journey.v1.ParticipantEnrolled' ? (event.data.agencies ?? []) : [])),
  consents: consentAnswersFrom(events),
})

/**
 * Takes a person in. Personal facts go to the vault before the commit, and the enrolment counts only with its commit: after a crash in
 * between, the same person gets the same id the next time. The calling caseworker becomes the participant's.
 */
export function createEnrolParticipant({
  streams,
  vault,
  accessLog,
  businessClock,
}: {
  streams: ParticipantStreams
  vault: Vault
  accessLog: AccessLog
  businessClock: BusinessClock
}) {
  // Two enrolments of one person at once must not write each other's facts.
  const queue = createKeyedQueue()

  async function enrol(personalNumber: string, enrolment: Enrolment, call: EnrolCall): Promise<Enrolled> {
    const now = timestamp(businessClock.now())
    const command = {
      type: 'Enrol' as const,
      agencies: enrolment.agencies,
      caseworker: call.actor.user,
      capacity: enrolment.capacity,
      languages: enrolment.languages ?? [],
      protectedIdentity: enrolment.protectedIdentity ?? false,
      consents: (enrolment.consents ?? []).map((consent) => ({ ...consent, consentId: newId() })),
      now,
    }
    const known = await vault.findId(personalNumber)
    const state = known === undefined ? participantDecider.initial : (await streams.load(known)).state
    if (!state.enrolled) {
      // Nothing about a person is kept for an enrolment that would be refused.
      const decision = participantDecider.decide(command, state)
      if ('rejection' in decision) throw new RejectionError(decision.rejection)
    }
    const participantId = known ?? (await vault.claim(personalNumber, newId()))
    if (!state.enrolled) {
      const { name, phone } = enrolment
      const facts = { name, personalNumber, ...(phone === undefined ? {} : { phone }) }
      await vault.keep(participantId, facts, { by: call.actor.user, at: now })
    }
    const execution = await streams.execute(participantId, command, call)
    if (execution.outcome === 'rejected' && state.enrolled) {
      // That somebody is enrolled is told to every caseworker who enrols them, and so it is on record.
      const isTheirs = relationOf(call.actor, factsFrom({ participantId, participant: state })) !== 'none'
      await accessLog.record({ ...call, participantId, decision: isTheirs ? 'ALLOWED' : 'DENIED' })
    }
    const { events } = ensureOwnCommit(execution, participantId, 'samresa.journey.v1.ParticipantEnrolled')
    return enrolledFrom(participantId, events)
  }

  return (enrolment: Enrolment, call: EnrolCall): Promise<Enrolled> => {
    const personalNumber = personalNumberFrom(enrolment.personalNumber)
    if (personalNumber === undefined) throw new RejectionError(impossiblePersonalNumber())
    return queue(personalNumber, () => enrol(personalNumber, enrolment, call))
  }
}

export type EnrolParticipant = ReturnType<typeof createEnrolParticipant>
