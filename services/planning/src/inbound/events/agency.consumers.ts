import { type Consumer, type EventBus, type EventRecord, type Outcome, subscribeReaction } from '@samresa/bus'
import type { agencyEvents, gateway, planning } from '@samresa/contracts'
import { type Agency, type CallContext, measureIdFrom, RejectionError, type RejectionKind, serviceActor } from '@samresa/kernel'
import type { Seal } from '@samresa/seal'
import { type Logger, traceparentFrom } from '@samresa/telemetry'
import type { PlanRequest, Plans } from '../../application/plans.ts'

export interface AgencyConsumerOptions {
  bus: EventBus
  seal: Seal
  plans: Plans
  logger: Logger
}

/** Hears what agencies have reported and answered, and makes it part of the plan. The event's id is the command's: each takes effect once. */
export function subscribeToAgencies({ bus, seal, plans, logger }: AgencyConsumerOptions): Promise<Consumer> {
  async function react(record: EventRecord): Promise<Outcome> {
    const { data } = await seal.openEvent({
      id: record.id,
      type: record.type,
      subject: record.subject,
      time: record.time,
      data: record.data,
    })
    try {
      await plans.execute(record.subject, requestFrom(record, data), { ...callFrom(record), commandId: record.id })
    } catch (error) {
      // What has a receipt is a fact: if the rules refuse it, a person has to look. An answer may come too late, and then changes nothing
      // here: agency-sync keeps it as evidence.
      if (!isTooLate(error) || record.type !== 'samresa.agency.v1.ProposalAnswerReported') throw error
      logger.info({ eventId: record.id, code: error.rejection.code }, 'answer to a proposal had no effect')
    }
    return 'done'
  }
  return subscribeReaction({
    bus,
    name: 'agency-reports',
    sources: ['agency-sync'],
    types: ['samresa.agency.v1.MeasureReported', 'samresa.agency.v1.ProposalAnswerReported'],
    react,
  })
}

/** What an answer is refused with when its proposal is closed, or asks the agency no longer. */
const tooLate = new Set<RejectionKind>(['conflict', 'not-found'])

const isTooLate = (error: unknown): error is RejectionError => error instanceof RejectionError && tooLate.has(error.rejection.kind)

const callFrom = (record: EventRecord): CallContext => ({
  actor: serviceActor('planning'),
  purpose: 'planning',
  correlationId: record.correlationId,
  causationId: record.id,
  traceparent: traceparentFrom(record.traceparent),
})

function requestFrom(record: EventRecord, data: unknown): PlanRequest {
  return record.type === 'samresa.agency.v1.MeasureReported'
    ? recordMeasure(data as agencyEvents.MeasureReportedJson)
    : answerProposal(record.subject, data as agencyEvents.ProposalAnswerReportedJson)
}

const recordMeasure = (data: agencyEvents.MeasureReportedJson): PlanRequest => ({
  type: 'RecordAgencyMeasure',
  measureId: data.measureId!,
  owner: data.agency as Agency,
  measure: data.measure!,
  receiptId: data.receipt!.receiptId!,
  channel: data.channel ?? 'CHANNEL_GRPC',
  decidedAt: data.decidedAt ?? '',
})

const answers = { ANSWER_ACCEPT: 'ACCEPT', ANSWER_DECLINE: 'DECLINE', ANSWER_COUNTER: 'COUNTER' } as const

function answerProposal(participantId: string, data: agencyEvents.ProposalAnswerReportedJson): PlanRequest {
  const by = data.agency as Agency
  return {
    type: 'AnswerProposal',
    proposalId: data.proposalId!,
    answer: answers[data.answer as keyof typeof answers],
    by,
    received: true,
    ...(data.optionId && { optionId: data.optionId }),
    ...(data.reason && { reason: data.reason }),
    ...(data.counter !== undefined && { counter: [changeFrom(participantId, by, data.counter)] }),
  }
}

/** A counter-proposal names the agency's own measure by its ref and gives the times it offers. */
const changeFrom = (participantId: string, agency: Agency, { ref, weekly, from, to }: gateway.MeasureJson): planning.PlanChangeJson => ({
  measureId: measureIdFrom(participantId, agency, ref ?? ''),
  ...(weekly !== undefined && { weekly }),
  ...(from && { from }),
  ...(to && { to }),
})
