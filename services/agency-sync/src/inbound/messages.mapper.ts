import { gateway } from '@samresa/contracts'

/** The contract's words for the enums that agencies send and get, by their numbers. Numbers without a word come from a newer contract. */
const channels: Record<number, gateway.ChannelJson> = {
  [gateway.Channel.UNSPECIFIED]: 'CHANNEL_GRPC',
  [gateway.Channel.GRPC]: 'CHANNEL_GRPC',
  [gateway.Channel.REST]: 'CHANNEL_REST',
  [gateway.Channel.SDK]: 'CHANNEL_SDK',
  [gateway.Channel.PHONE]: 'CHANNEL_PHONE',
  [gateway.Channel.PAPER]: 'CHANNEL_PAPER',
}

const answers: Record<number, gateway.AnswerJson> = {
  [gateway.Answer.ACCEPT]: 'ANSWER_ACCEPT',
  [gateway.Answer.DECLINE]: 'ANSWER_DECLINE',
  [gateway.Answer.COUNTER]: 'ANSWER_COUNTER',
}

const results: Record<gateway.ResultJson, gateway.Result> = {
  RESULT_UNSPECIFIED: gateway.Result.UNSPECIFIED,
  RESULT_ACCEPTED: gateway.Result.ACCEPTED,
  RESULT_UNCHANGED: gateway.Result.UNCHANGED,
  RESULT_REJECTED: gateway.Result.REJECTED,
}

/** Undefined for a number that the contract does not know. */
export const channelFrom = (channel: gateway.Channel): gateway.ChannelJson | undefined => channels[channel]

/** Unspecified for a number that the contract does not know. */
export const answerFrom = (answer: gateway.Answer): gateway.AnswerJson => answers[answer] ?? 'ANSWER_UNSPECIFIED'

/** A measure message as JSON has it. Fields that say nothing may stay: the canonical form leaves them out. */
export function measureFromMessage(measure: gateway.Measure): gateway.MeasureJson {
  const { $typeName: _name, $unknown: _unknown, version, countsAsLoad, ...fields } = measure
  return { ...fields, version: String(version), ...(countsAsLoad === undefined ? {} : { countsAsLoad }) }
}

/** A stored receipt as a message: the same bytes each time it is told. */
export const receiptMessageFrom = ({ result, ...receipt }: gateway.ReceiptJson) => ({
  ...receipt,
  result: results[result ?? 'RESULT_UNSPECIFIED'],
})

/** A stored receipt as REST tells it: the bare word. */
export const receiptAnswerFrom = ({ result, ...receipt }: gateway.ReceiptJson) => ({
  ...receipt,
  result: (result ?? '').replace(/^RESULT_/, ''),
})
