import type { DomainEvent, EventsOf, gateway } from '@samresa/contracts'
import { type Decider, emptyPersistentMap, type PersistentMap } from '@samresa/kernel'
import { faultOfMeasure, faultOfOwnMeasure } from './measure-check.ts'
import { contentOf } from './measure-content.ts'
import { type MessageEnvelope, type RejectionCode, receiptFor } from './receipt.ts'

/** The newest version of a measure that its agency has told, and a name of what it says. */
export interface ReportedVersion {
  version: bigint
  content: string
}

/** What has been reported about one participant, by measure id. */
export type Reports = PersistentMap<ReportedVersion>

/** What the plan holds of a measure: versions also move there, by an entry of the municipality or an accepted proposal. */
export interface PlannedVersion {
  version: bigint
  /** Absent: what its agency reported last. */
  content?: string
}

/** An agency tells what it has decided. `measure` is in its canonical form. */
export interface ReportMeasure {
  type: 'ReportMeasure'
  envelope: MessageEnvelope
  participantId: string
  measureId: string
  measure: gateway.MeasureJson
  decidedAt: string
  channel: gateway.ChannelJson
  planned?: PlannedVersion
}

/** An agency answers a proposal that is known to be one of this participant's, and open to this agency. */
export interface ReportAnswer {
  type: 'ReportAnswer'
  envelope: MessageEnvelope
  participantId: string
  proposalId: string
  answer: gateway.AnswerJson
  optionId: string
  reason: string
  counter?: gateway.MeasureJson
  proposal: { state: gateway.ProposalStateJson; optionIds: string[] }
}

/** A message that could be read, and not be taken further. Without a participant when nothing may be told about one. */
export interface RefuseMessage {
  type: 'RefuseMessage'
  envelope: MessageEnvelope
  code: RejectionCode
  field?: string
  participantId?: string
}

export type ReportsCommand = ReportMeasure | ReportAnswer | RefuseMessage
export type ReportsEvent = EventsOf<'agency'>

/** The rules for what agencies tell. Every message yields exactly one event, which carries its receipt. */
export const reportsDecider: Decider<Reports, ReportsCommand, ReportsEvent> = { initial: emptyPersistentMap(), decide, evolve }

function decide(command: ReportsCommand, reports: Reports): { events: [ReportsEvent] } {
  switch (command.type) {
    case 'ReportMeasure':
      return { events: [decideOnMeasure(command, reports)] }
    case 'ReportAnswer':
      return { events: [decideOnAnswer(command)] }
    case 'RefuseMessage':
      return { events: [refused(command.envelope, command)] }
  }
}

function evolve(reports: Reports, event: ReportsEvent): Reports {
  if (event.type !== 'samresa.agency.v1.MeasureReported') return reports
  const { measureId, measure } = event.data
  return reports.with(measureId!, { version: BigInt(measure!.version!), content: contentOf(measure!) })
}

function decideOnMeasure(command: ReportMeasure, reports: Reports): ReportsEvent {
  const { envelope, participantId, measureId, measure } = command
  const fault = faultOfMeasure(measure) ?? (envelope.agency === 'AME' ? faultOfOwnMeasure(measure) : undefined)
  if (fault !== undefined) return refused(envelope, { code: fault.code, field: `/measure${fault.pointer}`, participantId })
  const newest = newestOf(reports.get(measureId), command.planned)
  const version = BigInt(measure.version!)
  if (newest === undefined || version > newest.version) return reported(command)
  if (version < newest.version) return refused(envelope, { code: 'STALE_VERSION', field: '/measure/version', participantId, measureId })
  return contentOf(measure) === newest.content
    ? unchanged(command)
    : refused(envelope, { code: 'VERSION_CONFLICT', field: '/measure/version', participantId, measureId })
}

/** The higher of what the agency told and what the plan holds; at the same version what the plan says of its content is newer. */
function newestOf(told: ReportedVersion | undefined, planned: PlannedVersion | undefined): PlannedVersion | undefined {
  if (planned === undefined || (told !== undefined && told.version > planned.version)) return told
  const content = planned.content ?? told?.content
  return content === undefined ? { version: planned.version } : { version: planned.version, content }
}

const longestReason = 2000
const longestId = 200

function decideOnAnswer(command: ReportAnswer): ReportsEvent {
  const { envelope, participantId, proposal, answer, optionId } = command
  const refuse = (code: RejectionCode, field: string) => refused(envelope, { code, field, participantId })
  if (proposal.state !== 'PROPOSAL_STATE_OPEN') return refuse('PROPOSAL_CLOSED', '/proposalId')
  if (answer === 'ANSWER_UNSPECIFIED') return refuse('INVALID_FIELD', '/answer')
  if (optionId.length > longestId) return refuse('INVALID_FIELD', '/optionId')
  if (optionId === '' ? answer === 'ANSWER_ACCEPT' : !proposal.optionIds.includes(optionId)) return refuse('OPTION_UNKNOWN', '/optionId')
  if (command.reason.length > longestReason) return refuse('INVALID_FIELD', '/reason')
  if (answer === 'ANSWER_COUNTER') {
    if (command.counter === undefined) return refuse('INVALID_FIELD', '/counter')
    const fault = faultOfMeasure(command.counter)
    if (fault !== undefined) return refuse(fault.code, `/counter${fault.pointer}`)
  }
  return answered(command)
}

const told = ({ envelope }: { envelope: MessageEnvelope }) => ({
  agency: envelope.agency,
  messageId: envelope.messageId,
  contentHash: envelope.contentHash,
})

const when = ({ envelope }: { envelope: MessageEnvelope }) => ({ receivedAt: envelope.receivedAt, occurredAt: envelope.occurredAt })

function reported(command: ReportMeasure): DomainEvent<'samresa.agency.v1.MeasureReported'> {
  const { envelope, participantId, measureId, measure, decidedAt, channel } = command
  const receipt = receiptFor(envelope, 'RESULT_ACCEPTED', { participantId, measureId })
  return {
    type: 'samresa.agency.v1.MeasureReported',
    data: { ...told(command), measureId, measure, decidedAt, channel, receipt, ...when(command) },
  }
}

function unchanged(command: ReportMeasure): DomainEvent<'samresa.agency.v1.MeasureReportUnchanged'> {
  const { envelope, participantId, measureId } = command
  const receipt = receiptFor(envelope, 'RESULT_UNCHANGED', { participantId, measureId })
  return { type: 'samresa.agency.v1.MeasureReportUnchanged', data: { ...told(command), receipt, ...when(command) } }
}

function answered(command: ReportAnswer): DomainEvent<'samresa.agency.v1.ProposalAnswerReported'> {
  const { envelope, participantId, proposalId, optionId, answer, reason, counter } = command
  return {
    type: 'samresa.agency.v1.ProposalAnswerReported',
    data: {
      ...told(command),
      proposalId,
      ...(optionId === '' ? {} : { optionId }),
      answer,
      ...(reason === '' ? {} : { reason }),
      ...(answer === 'ANSWER_COUNTER' && counter !== undefined ? { counter } : {}),
      receipt: receiptFor(envelope, 'RESULT_ACCEPTED', { participantId }),
      ...when(command),
    },
  }
}

function refused(
  envelope: MessageEnvelope,
  about: { code: RejectionCode; field?: string; participantId?: string; measureId?: string },
): DomainEvent<'samresa.agency.v1.MeasureReportRejected'> {
  const { code, field, participantId, measureId } = about
  const receipt = receiptFor(envelope, 'RESULT_REJECTED', {
    code,
    ...(field === undefined ? {} : { field }),
    ...(participantId === undefined ? {} : { participantId }),
    ...(measureId === undefined ? {} : { measureId }),
  })
  return { type: 'samresa.agency.v1.MeasureReportRejected', data: { ...told({ envelope }), receipt, ...when({ envelope }) } }
}
