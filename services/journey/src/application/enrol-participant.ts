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
import { type ParticipantCommand, type ParticipantEvent, participantDecider } from '../domain/participant.ts'
import { impossiblePersonalNumber } from '../domain/personal-number.ts'
import { type ConsentAnswer, consentAnswersFrom } from './consent-answer.ts'
import { ensureOwnCommit } from './own-commit.ts'
import { factsFrom, type ParticipantStreams } from './participant-records.ts'
import type { PersonalFacts, Vault } from './ports.ts'

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

/** Which caseworker has taken the person in, when (business clock), and by which command. */
type Taken = { by: string; at: string; commandId: string }

type EnrolCommand = Extract<ParticipantCommand, { type: 'Enrol' }>

const enrolledFrom = (participantId: string, events: ParticipantEvent[]): Enrolled => ({
  participantId,
  agencies: events.flatMap((event) => (event.type === 'samresa.journey.v1.ParticipantEnrolled' ? (event.data.agencies ?? []) : [])),
  consents: consentAnswersFrom(events),
})

/**
 * Takes a person in. Personal facts go to the vault before the commit, and the enrolment counts only with its commit: after a crash in
 * between, the same person gets the same id the next time. The calling caseworker becomes the participant's. Where several processes may take
 * the same person in at once, whoever's commit counts keeps the facts once more: from then on nobody else's can be written. Who has crashed in
 * between gave no answer, and does so when the same command comes again.
 */
export function createEnrolParticipant({
  streams,
  vault,
  accessLog,
  businessClock,
  shared,
}: {
  streams: ParticipantStreams
  vault: Vault
  accessLog: AccessLog
  businessClock: BusinessClock
  /** Other processes enrol too. */
  shared: boolean
}) {
  // Two enrolments of one person at once must not write each other's facts.
  const queue = createKeyedQueue()

  /** Gives the person an id and keeps the facts, unless they are enrolled already; rejects when the enrolment would be refused. */
  async function prepare(command: EnrolCommand, { facts, taken }: { facts: PersonalFacts; taken: Taken }): Promise<string> {
    for (;;) {
      const known = await vault.findId(facts.personalNumber)
      const kept = known === undefined ? 0 : await vault.timesKept(known)
      const state = known === undefined ? participantDecider.initial : (await streams.load(known)).state
      if (!state.enrolled) {
        // Nothing about a person is kept for an enrolment that would be refused.
        const decision = participantDecider.decide(command, state)
        if ('rejection' in decision) throw new RejectionError(decision.rejection)
      }
      const participantId = known ?? (await vault.claim(facts.personalNumber, newId()))
      if (state.enrolled || (await vault.keep(participantId, facts, { ...taken, kept }))) return participantId
    }
  }

  async function keepForGood(participantId: string, facts: PersonalFacts, taken: Taken): Promise<void> {
    let done = false
    while (!done) done = await vault.keep(participantId, facts, { ...taken, kept: await vault.timesKept(participantId) })
  }

  /** That somebody is enrolled is told to every caseworker who enrols them, and so it is on record. */
  async function recordRefusal(participantId: string, call: EnrolCall): Promise<void> {
    const { state } = await streams.load(participantId)
    if (!state.enrolled) return
    const isTheirs = relationOf(call.actor, factsFrom({ participantId, participant: state })) !== 'none'
    await accessLog.record({ ...call, participantId, decision: isTheirs ? 'ALLOWED' : 'DENIED' })
  }

  async function enrol(personalNumber: string, enrolment: Enrolment, call: EnrolCall): Promise<Enrolled> {
    const now = timestamp(businessClock.now())
    const command: EnrolCommand = {
      type: 'Enrol',
      agencies: enrolment.agencies,
      caseworker: call.actor.user,
      capacity: enrolment.capacity,
      languages: enrolment.languages ?? [],
      protectedIdentity: enrolment.protectedIdentity ?? false,
      consents: (enrolment.consents ?? []).map((consent) => ({ ...consent, consentId: newId() })),
      now,
    }
    const { name, phone } = enrolment
    const facts = { name, personalNumber, ...(phone === undefined ? {} : { phone }) }
    const taken = { by: call.actor.user, at: now, commandId: call.commandId }
    const participantId = await prepare(command, { facts, taken })
    const execution = await streams.execute(participantId, command, call)
    if (execution.outcome === 'rejected') await recordRefusal(participantId, call)
    const { events, repeated } = ensureOwnCommit(execution, participantId, 'samresa.journey.v1.ParticipantEnrolled')
    const isKeptForGood = repeated && (await vault.keptFor(participantId)) === call.commandId
    if (shared && !isKeptForGood) await keepForGood(participantId, facts, taken)
    return enrolledFrom(participantId, events)
  }

  return (enrolment: Enrolment, call: EnrolCall): Promise<Enrolled> => {
    const personalNumber = personalNumberFrom(enrolment.personalNumber)
    if (personalNumber === undefined) throw new RejectionError(impossiblePersonalNumber())
    return queue(personalNumber, () => enrol(personalNumber, enrolment, call))
  }
}

export type EnrolParticipant = ReturnType<typeof createEnrolParticipant>
