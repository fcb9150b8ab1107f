import type { gateway } from '@samresa/contracts'
import { givenEvents } from '@samresa/testkit'
import { expect, test } from 'vitest'
import { contentOf } from './measure-content.ts'
import type { MessageEnvelope } from './receipt.ts'
import {
  type PlannedVersion,
  type ReportAnswer,
  type ReportMeasure,
  type ReportsCommand,
  type ReportsEvent,
  reportsDecider,
} from './reports.ts'

const envelope: MessageEnvelope = {
  agency: 'AF',
  messageId: 'm-1',
  contentHash: 'c-1',
  receiptId: 'r-1',
  correlationId: 'k-1',
  receivedAt: '2026-11-22T02:00:00.000Z',
  recordedAt: '2026-11-22T02:00:00.001Z',
  occurredAt: '2026-04-29T07:00:00.000Z',
}

const matching: gateway.MeasureJson = {
  ref: 'M2.4',
  version: '1',
  title: 'Rusta och matcha 2',
  weekly: [{ days: ['MO', 'WE'], start: '09:00', end: '12:00' }],
  from: '2026-05-04',
}

const report = (changes: Partial<gateway.MeasureJson> = {}, planned?: PlannedVersion): ReportMeasure => ({
  type: 'ReportMeasure',
  envelope,
  participantId: 'yonas',
  measureId: 'measure-1',
  measure: { ...matching, ...changes },
  decidedAt: '2026-04-29T09:00:00+02:00',
  channel: 'CHANNEL_GRPC',
  ...(planned === undefined ? {} : { planned }),
})

const reported = (changes: Partial<gateway.MeasureJson> = {}): ReportsEvent => ({
  type: 'samresa.agency.v1.MeasureReported',
  data: { measureId: 'measure-1', measure: { ...matching, ...changes } },
})

const receiptAfter = (command: ReportsCommand, ...before: ReportsEvent[]): gateway.ReceiptJson => {
  const { decision } = givenEvents(reportsDecider, ...before).when(command)
  if ('rejection' in decision) throw new Error('a message is answered with a receipt')
  return decision.events[0]!.data.receipt!
}

const outcome = (command: ReportsCommand, ...before: ReportsEvent[]) => {
  const { result, code, field } = receiptAfter(command, ...before)
  return [result, code, field].filter((word) => word !== undefined)
}

const accepted = ['RESULT_ACCEPTED']
const unchanged = ['RESULT_UNCHANGED']
const stale = ['RESULT_REJECTED', 'STALE_VERSION', '/measure/version']
const contradicting = ['RESULT_REJECTED', 'VERSION_CONFLICT', '/measure/version']

test('records what an agency has decided, with the receipt that answers it', () => {
  givenEvents(reportsDecider)
    .when(report())
    .yields({
      type: 'samresa.agency.v1.MeasureReported',
      data: {
        agency: 'AF',
        messageId: 'm-1',
        contentHash: 'c-1',
        measureId: 'measure-1',
        measure: matching,
        decidedAt: '2026-04-29T09:00:00+02:00',
        channel: 'CHANNEL_GRPC',
        receipt: {
          receiptId: 'r-1',
          messageId: 'm-1',
          result: 'RESULT_ACCEPTED',
          participantId: 'yonas',
          measureId: 'measure-1',
          recordedAt: '2026-11-22T02:00:00.001Z',
          correlationId: 'k-1',
        },
        receivedAt: '2026-11-22T02:00:00.000Z',
        occurredAt: '2026-04-29T07:00:00.000Z',
      },
    })
})

test('versions are told apart to the last of 64 bits', () => {
  const [last, before] = ['9223372036854775807', '9223372036854775806']
  expect(outcome(report({ version: last }), reported({ version: before }))).toEqual(accepted)
  expect(outcome(report({ version: before }), reported({ version: last }))).toEqual(stale)
  expect(outcome(report({ version: last }, { version: BigInt(before) }))).toEqual(accepted)
})

test('what is known of one measure is told among many', () => {
  const others = Array.from({ length: 1000 }, (_, index): ReportsEvent => {
    return { type: 'samresa.agency.v1.MeasureReported', data: { measureId: `other-${index}`, measure: { ...matching, version: '9' } } }
  })
  expect(outcome(report(), reported(), ...others)).toEqual(unchanged)
})

test('what is known stays as it was when a decision that follows from it is thrown away', () => {
  const known = reportsDecider.evolve(reportsDecider.initial, reported())
  const tried = reportsDecider.evolve(known, reported({ version: '2' }))
  const also = reportsDecider.evolve(known, reported({ version: '3' }))
  const told = (state: typeof known, version: string) => reportsDecider.decide(report({ version }), state)
  expect(
    [told(known, '1'), told(tried, '2'), told(also, '3')].map(
      (decision) => 'events' in decision && decision.events[0]!.data.receipt!.result,
    ),
  ).toEqual(['RESULT_UNCHANGED', 'RESULT_UNCHANGED', 'RESULT_UNCHANGED'])
})

test('a newer version is accepted even when nothing else changed', () => {
  expect(outcome(report({ version: '2' }), reported())).toEqual(accepted)
})

test('the same version and content says nothing new', () => {
  expect(outcome(report(), reported())).toEqual(unchanged)
})

test('the same version with other content contradicts', () => {
  expect(outcome(report({ title: 'Something else' }), reported())).toEqual(contradicting)
})

test('a lower version is stale, whatever it says', () => {
  expect(outcome(report(), reported({ version: '2' }))).toEqual(stale)
})

test('what the municipality entered for the agency is version 1 of the same measure', () => {
  const entered = { version: 1n, content: contentOf(matching) }
  expect(outcome(report({}, entered))).toEqual(unchanged)
  expect(outcome(report({ title: 'Something else' }, entered))).toEqual(contradicting)
  expect(outcome(report({ version: '2' }, entered))).toEqual(accepted)
})

test('a version that an accepted proposal made counts too', () => {
  expect(outcome(report({ version: '2' }, { version: 3n }), reported())).toEqual(stale)
  expect(outcome(report({ version: '4' }, { version: 3n }), reported())).toEqual(accepted)
})

test('a version that the plan took over holds what its agency reported', () => {
  expect(outcome(report({}, { version: 1n }), reported())).toEqual(unchanged)
  expect(outcome(report({ title: 'Something else' }, { version: 1n }), reported())).toEqual(contradicting)
})

test('what was told last counts while the plan has not heard of it', () => {
  expect(outcome(report({ version: '2' }, { version: 1n, content: 'older' }), reported({ version: '2' }))).toEqual(unchanged)
})

test('another measure of the same person stands for itself', () => {
  expect(outcome({ ...report(), measureId: 'measure-2' }, reported({ version: '9' }))).toEqual(accepted)
})

test('a fault is told with its pointer into the message', () => {
  expect(outcome(report({ to: '2026-05-03' }))).toEqual(['RESULT_REJECTED', 'END_BEFORE_START', '/measure/to'])
})

test('a refusal about nobody tells nothing about anybody', () => {
  const receipt = receiptAfter({ type: 'RefuseMessage', envelope, code: 'PARTICIPANT_NOT_FOUND' })
  expect(Object.keys(receipt)).toEqual(['receiptId', 'messageId', 'result', 'code', 'recordedAt', 'correlationId'])
})

const answer = (changes: Partial<ReportAnswer> = {}): ReportAnswer => ({
  type: 'ReportAnswer',
  envelope,
  participantId: 'yonas',
  proposalId: 'p-1',
  answer: 'ANSWER_ACCEPT',
  optionId: 'A',
  reason: '',
  proposal: { state: 'PROPOSAL_STATE_OPEN', optionIds: ['A', 'B'] },
  ...changes,
})

test('an answer to an open proposal is recorded for planning to hear', () => {
  const { decision } = givenEvents(reportsDecider).when(answer())
  expect(decision).toMatchObject({
    events: [{ type: 'samresa.agency.v1.ProposalAnswerReported', data: { proposalId: 'p-1', optionId: 'A', answer: 'ANSWER_ACCEPT' } }],
  })
  expect(outcome(answer())).toEqual(accepted)
})

test.each<[string, Partial<ReportAnswer>, string[]]>([
  ['a closed proposal', { proposal: { state: 'PROPOSAL_STATE_ACCEPTED', optionIds: ['A'] } }, ['PROPOSAL_CLOSED', '/proposalId']],
  ['an unknown option', { optionId: 'C' }, ['OPTION_UNKNOWN', '/optionId']],
  ['an acceptance of nothing', { optionId: '' }, ['OPTION_UNKNOWN', '/optionId']],
  ['no answer', { answer: 'ANSWER_UNSPECIFIED' }, ['INVALID_FIELD', '/answer']],
  ['a counter without a measure', { answer: 'ANSWER_COUNTER' }, ['INVALID_FIELD', '/counter']],
  ['a faulty counter', { answer: 'ANSWER_COUNTER', counter: { ...matching, from: '' } }, ['INVALID_FIELD', '/counter/from']],
  ['a reason without end', { reason: 'x'.repeat(2001) }, ['INVALID_FIELD', '/reason']],
])('%s is answered with a rejection', (_what, changes, told) => {
  expect(outcome(answer(changes))).toEqual(['RESULT_REJECTED', ...told])
})

test('an agency may decline the proposal as a whole', () => {
  expect(outcome(answer({ answer: 'ANSWER_DECLINE', optionId: '' }))).toEqual(accepted)
})
