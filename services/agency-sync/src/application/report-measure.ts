import type { gateway } from '@samresa/contracts'
import { type Agency, type CallContext, measureIdFrom, measureVersionFrom } from '@samresa/kernel'
import type { AccessFacts } from '@samresa/visibility'
import { isInstant } from '../domain/calendar-text.ts'
import { canonicalMeasure } from '../domain/measure-content.ts'
import type { MessageEnvelope } from '../domain/receipt.ts'
import type { PlannedVersion, RefuseMessage, ReportsCommand } from '../domain/reports.ts'
import { mayReport } from './agency-standing.ts'
import { normalised, type RecordDenied } from './denied-calls.ts'
import type { ContentHash } from './message-content.ts'
import type { ReceiveMessage } from './receive-message.ts'

/** Who is meant: by number or by id, as the agency knows the person. */
export type Person = { personalNumber: string } | { participantId: string }

/** Asks journey who somebody is; undefined when nobody enrolled. */
export interface Directory {
  find(person: Person): Promise<AccessFacts | undefined>
}

/** What the plan holds of a measure. Its content is told only when the versions are the same: only then is it needed. */
export interface PlannedVersions {
  find(participantId: string, measureId: string, version: bigint): Promise<PlannedVersion | undefined>
}

/** A report as it came in, from whichever transport. */
export interface IncomingReport {
  agency: Agency
  messageId: string
  person: Person | undefined
  /** Absent: the message has none. */
  measure: gateway.MeasureJson | undefined
  decidedAt: string
  /** Absent: a word that the contract does not know. */
  channel: gateway.ChannelJson | undefined
  /** Machine clock, RFC 3339. */
  receivedAt: string
  /** The route or method that it came by. */
  route: string
}

export interface ReportedMeasure {
  receipt: gateway.ReceiptJson
  /** Whom it was about, as far as the actor may know. */
  participantId: string | undefined
}

export interface ReportMeasureDependencies {
  receive: ReceiveMessage
  directory: Directory
  plannedVersions: PlannedVersions
  contentHash: ContentHash
  recordDenied: RecordDenied
}

/** Takes what an agency has decided; whatever can be read is answered with a receipt, which means: committed. */
export function createReportMeasure({ receive, directory, plannedVersions, contentHash, recordDenied }: ReportMeasureDependencies) {
  return async (report: IncomingReport, context: CallContext): Promise<ReportedMeasure> => {
    const { agency, messageId, receivedAt, decidedAt, channel } = report
    const measure = report.measure && canonicalMeasure(report.measure)
    const person = report.person && normalised(report.person)
    // How the message came is not part of what it says: the same report, sent again over another channel, is a repetition.
    const message = {
      agency,
      messageId,
      receivedAt,
      contentHash: contentHash([person ?? report.person, measure, decidedAt]),
    }
    // An agency's own users speak for it whomever it is about; the municipality's only about participants of theirs.
    const { role, user } = context.actor
    const unproven = role === 'caseworker' ? { unprovenSender: user } : {}
    const refuseUnproven = async (about: Pick<RefuseMessage, 'code' | 'field'>): Promise<ReportedMeasure> => ({
      receipt: await receive({ ...message, ...unproven }, context, (envelope) => ({ type: 'RefuseMessage', envelope, ...about })),
      participantId: undefined,
    })

    if (person === undefined) return refuseUnproven({ code: 'INVALID_FIELD', field: '/personalNumber' })
    const facts = await directory.find(person)
    if (facts === undefined) return refuseUnproven({ code: 'PARTICIPANT_NOT_FOUND' })
    const { participantId } = facts
    if (!mayReport(context.actor, agency, facts)) {
      await recordDenied(context, report.route, { person: { participantId } })
      return refuseUnproven({ code: 'PARTICIPANT_NOT_FOUND' })
    }
    const refuse = async (field: string): Promise<ReportedMeasure> => ({
      receipt: await receive(message, context, (envelope) => ({
        type: 'RefuseMessage',
        envelope,
        code: 'INVALID_FIELD',
        field,
        participantId,
      })),
      participantId,
    })
    if (measure === undefined) return refuse('/measure')
    if (channel === undefined) return refuse('/channel')
    if (!isInstant(decidedAt)) return refuse('/decidedAt')

    const measureId = measureIdFrom(participantId, agency, measure.ref ?? '')
    const version = measureVersionFrom(measure.version)
    const planned = version === undefined ? undefined : await plannedVersions.find(participantId, measureId, version)
    const command = (envelope: MessageEnvelope): ReportsCommand => ({
      type: 'ReportMeasure',
      envelope,
      participantId,
      measureId,
      measure,
      decidedAt,
      channel,
      ...(planned === undefined ? {} : { planned }),
    })
    return { receipt: await receive(message, context, command), participantId }
  }
}
