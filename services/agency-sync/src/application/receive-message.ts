import type { gateway } from '@samresa/contracts'
import { type Agency, type BusinessClock, type CallContext, isAgency, type MachineClock, newId, timestamp } from '@samresa/kernel'
import { counter } from '@samresa/telemetry'
import { type MessageEnvelope, receiptFor } from '../domain/receipt.ts'
import type { ReportsCommand, ReportsEvent } from '../domain/reports.ts'

const reports = counter('samresa_reports_total')

/** The streams that messages are recorded on; createStreamHandler of libs/store has this shape. */
export interface ReportsStream {
  execute(
    key: string,
    command: ReportsCommand,
    call: CallContext & { commandId: string },
  ): Promise<{ outcome: 'done'; events: ReportsEvent[]; repeated: boolean } | { outcome: 'rejected' }>
}

/** Messages lie under their participant, or under their agency when they are about nobody who may be named. */
const keyOf = (command: ReportsCommand): string => command.participantId ?? command.envelope.agency

/** The stream of a key, and whom its events are about. */
export const reportsStreamOf = (key: string): string => (isAgency(key) ? `agency-${key}` : `reports-${key}`)
export const subjectOf = (key: string): string => (isAgency(key) ? '' : key)

/** A message as it came in, before anything is known about the person it speaks of. */
export interface IncomingMessage {
  agency: Agency
  messageId: string
  /** The user who sent it, when nothing shows that the user may speak for the agency: its id is then the user's own, not the agency's. */
  unprovenSender?: string
  contentHash: string
  /** Machine clock, RFC 3339. */
  receivedAt: string
}

/** Records a message by what it commands, and answers with the receipt: the first one when the message was recorded before. */
export type ReceiveMessage = (
  message: IncomingMessage,
  context: CallContext,
  command: (envelope: MessageEnvelope) => ReportsCommand,
) => Promise<gateway.ReceiptJson>

const longestMessageId = 200

/** Reports and answers of an agency share their ids; whoever may not speak for the agency neither uses one up nor meets what it was used for. */
const commandIdOf = ({ agency, messageId, unprovenSender }: IncomingMessage): string =>
  unprovenSender === undefined ? `report:${agency}:${messageId}` : `refused:${agency}:${encodeURIComponent(unprovenSender)}:${messageId}`

/** An id that can tell messages apart. */
const isMessageId = (text: string): boolean => text !== '' && text.length <= longestMessageId

export function createReceiveMessage({
  stream,
  businessClock,
  machineClock,
}: {
  stream: ReportsStream
  businessClock: BusinessClock
  machineClock: MachineClock
}): ReceiveMessage {
  const envelopeOf = (message: IncomingMessage, context: CallContext): MessageEnvelope => ({
    agency: message.agency,
    messageId: message.messageId,
    contentHash: message.contentHash,
    receiptId: newId(),
    correlationId: context.correlationId,
    receivedAt: message.receivedAt,
    recordedAt: timestamp(machineClock.now()),
    occurredAt: timestamp(businessClock.now()),
  })

  async function receive(message: IncomingMessage, context: CallContext, command: (envelope: MessageEnvelope) => ReportsCommand) {
    const envelope = envelopeOf(message, context)
    const usable = isMessageId(message.messageId)
    const decided: ReportsCommand = usable
      ? command(envelope)
      : { type: 'RefuseMessage', envelope, code: 'INVALID_FIELD', field: '/messageId' }
    const commandId = usable ? commandIdOf(message) : newId()
    const result = await stream.execute(keyOf(decided), decided, { ...context, commandId })
    if (result.outcome === 'rejected') throw new Error('Messages are answered with receipts, never refused')
    const { contentHash, receipt } = result.events[0]!.data
    // Told to whoever reused the id, and not recorded: the first message stands, and its receipt with it.
    if (contentHash !== message.contentHash)
      return receiptFor(envelope, 'RESULT_REJECTED', { code: 'MESSAGE_ID_REUSED', field: '/messageId' })
    return receipt!
  }
  return async (message, context, command) => {
    const receipt = await receive(message, context, command)
    reports.add({ agency: message.agency, result: resultIn(receipt) })
    return receipt
  }
}

/** RESULT_ACCEPTED is accepted. */
const resultIn = ({ result }: gateway.ReceiptJson): string => result!.replace('RESULT_', '').toLowerCase()
