import type { gateway } from '@samresa/contracts'
import type { Agency } from '@samresa/kernel'

/** Why a message was not accepted. Part of the public surface. */
export type RejectionCode =
  | 'INVALID_FIELD'
  | 'END_BEFORE_START'
  | 'OVERLAPPING_OWN_PATTERN'
  | 'PARTICIPANT_NOT_FOUND'
  | 'STALE_VERSION'
  | 'VERSION_CONFLICT'
  | 'MESSAGE_ID_REUSED'
  | 'PROPOSAL_NOT_FOUND'
  | 'PROPOSAL_CLOSED'
  | 'OPTION_UNKNOWN'

/** What every message of an agency carries into a decision, whatever it says. Times are RFC 3339. */
export interface MessageEnvelope {
  agency: Agency
  messageId: string
  /** Names the content of the message: the same for a repeated message, another for a reused id. */
  contentHash: string
  receiptId: string
  correlationId: string
  /** Machine clock: when the message came in, and when it was decided on. */
  receivedAt: string
  recordedAt: string
  /** Business clock. */
  occurredAt: string
}

/** A receipt without what is not known, in the order of the contract. */
export function receiptFor(
  envelope: MessageEnvelope,
  result: gateway.ResultJson,
  about: { code?: RejectionCode; field?: string; participantId?: string; measureId?: string },
): gateway.ReceiptJson {
  return {
    receiptId: envelope.receiptId,
    messageId: envelope.messageId,
    result,
    ...(about.code === undefined ? {} : { code: about.code }),
    ...(about.field === undefined ? {} : { field: about.field }),
    ...(about.participantId === undefined ? {} : { participantId: about.participantId }),
    ...(about.measureId === undefined ? {} : { measureId: about.measureId }),
    recordedAt: envelope.recordedAt,
    correlationId: envelope.correlationId,
  }
}
