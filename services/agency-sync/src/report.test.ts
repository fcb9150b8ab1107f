import { toBinary } from '@bufbuild/protobuf'
import { gateway } from '@samresa/contracts'
import { newId } from '@samresa/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { added, matchingId, startRig, yonas, yonasNumber } from './agency-sync-rig.ts'

type Client = ReturnType<Awaited<ReturnType<typeof startRig>>['clientOf']>
let rig: Awaited<ReturnType<typeof startRig>>
let af: Client

beforeAll(async () => {
  rig = await startRig()
  af = rig.clientOf('af-system')
})
afterAll(async () => {
  af.close()
  await rig[Symbol.asyncDispose]()
})

const measure = {
  ref: 'M2.4',
  version: 1n,
  title: 'Rusta och matcha 2',
  areas: ['job'],
  place: 'STO',
  weekly: [{ days: ['MO', 'WE'], start: '09:00', end: '12:00' }],
  from: '2026-05-04',
  to: '2026-11-03',
}
const decidedAt = '2026-04-29T09:00:00+02:00'
const byNumber = { case: 'personalNumber' as const, value: yonasNumber }

const report = async (messageId: string, changes: object = {}, person: gateway.ReportMeasureRequest['person'] = byNumber) => {
  const { receipt } = await af.reportMeasure({ messageId, person, measure: { ...measure, ref: messageId, ...changes }, decidedAt })
  return receipt!
}
const results = ['UNSPECIFIED', 'ACCEPTED', 'UNCHANGED', 'REJECTED']
const told = ({ result, code, field }: gateway.Receipt) => [results[result], code, field]

const commitsOf = (stream: string) => rig.store.commits.readStream(stream)

test('a report is committed and answered with a receipt that names person and measure', async () => {
  const receipt = await report('first', { ref: 'M2.4' })
  expect(receipt).toMatchObject({ messageId: 'first', result: gateway.Result.ACCEPTED, participantId: yonas, measureId: matchingId })
  const [commit] = await commitsOf(`reports-${yonas}`)
  expect(commit).toMatchObject({ commitId: 'report:AF:first', correlationId: receipt.correlationId })
  expect(commit!.events[0]).toMatchObject({ type: 'samresa.agency.v1.MeasureReported', subject: yonas })
})

test('what lies in the store tells no title and no personal number', async () => {
  await report('sealed', { title: 'Canary title', purpose: 'Canary purpose' })
  const stored = JSON.stringify(await commitsOf(`reports-${yonas}`))
  expect(stored).not.toContain('Canary')
  expect(stored).not.toContain('2399')
})

test('the same message again gives the first receipt byte for byte, and changes nothing', async () => {
  const first = await report('again')
  const before = await commitsOf(`reports-${yonas}`)
  const second = await report('again')
  expect(toBinary(gateway.ReceiptSchema, second)).toEqual(toBinary(gateway.ReceiptSchema, first))
  expect(await commitsOf(`reports-${yonas}`)).toHaveLength(before.length)
})

test('the same message at the same time, many times, is one report', async () => {
  const receipts = await Promise.all(Array.from({ length: 8 }, () => report('racing')))
  expect(new Set(receipts.map((receipt) => receipt.receiptId)).size).toBe(1)
})

test('a rejection is repeated like any receipt, also after its reason has gone', async () => {
  const first = await report('lower', { ref: 'M2.4', version: 0n })
  expect(told(first)).toEqual(['REJECTED', 'INVALID_FIELD', '/measure/version'])
  expect(await report('lower', { ref: 'M2.4', version: 0n })).toEqual(first)
})

test('a used message id with other content is told so, and the first message stands', async () => {
  const first = await report('reused')
  const second = await report('reused', { title: 'Something else' })
  expect(told(second)).toEqual(['REJECTED', 'MESSAGE_ID_REUSED', '/messageId'])
  expect(second.participantId).toBe('')
  expect(await report('reused')).toEqual(first)
})

test('a number with or without its dash is the same content', async () => {
  const first = await report('dash')
  expect(await report('dash', {}, { case: 'personalNumber', value: yonasNumber.replace('-', '') })).toEqual(first)
})

test('unknown, not enrolled and not of this agency are told alike', async () => {
  const unknown = await report('unknown', {}, { case: 'participantId', value: newId() })
  const nobody = await report('nobody', {}, { case: 'personalNumber', value: '19910417-2383' })
  rig.facts.agencies = ['AME', 'FK', 'EB']
  const notOurs = await report('not-ours')
  rig.facts.agencies = ['AME', 'AF', 'FK', 'EB']
  for (const receipt of [unknown, nobody, notOurs]) {
    expect(told(receipt)).toEqual(['REJECTED', 'PARTICIPANT_NOT_FOUND', ''])
    expect([receipt.participantId, receipt.measureId]).toEqual(['', ''])
  }
  const streams = await commitsOf('agency-AF')
  expect(streams.map(({ commitId }) => commitId)).toEqual(['report:AF:unknown', 'report:AF:nobody', 'report:AF:not-ours'])
})

test.each<[string, Parameters<typeof report>[1], Parameters<typeof report>[2], string]>([
  ['a number that cannot exist', {}, { case: 'personalNumber', value: '19780903-2398' }, '/personalNumber'],
  ['a number from a century that nobody is born in', {}, { case: 'personalNumber', value: '210003012390' }, '/personalNumber'],
  ['nobody at all', {}, { case: undefined }, '/personalNumber'],
  ['no measure reference', { ref: '' }, byNumber, '/measure/ref'],
])('%s is an invalid field', async (name, changes, person, field) => {
  expect(told(await report(name, changes, person))).toEqual(['REJECTED', 'INVALID_FIELD', field])
})

test('a message without an id, or decided at no instant, is told so', async () => {
  expect(told(await report(''))).toEqual(['REJECTED', 'INVALID_FIELD', '/messageId'])
  const { receipt } = await af.reportMeasure({ messageId: 'when', person: byNumber, measure, decidedAt: 'yesterday' })
  expect(told(receipt!)).toEqual(['REJECTED', 'INVALID_FIELD', '/decidedAt'])
})

test('what the municipality entered for the agency is version 1 of the same measure', async () => {
  await rig.planningTells('k-0', added({ ...measure, version: '1', ref: 'ENTERED' }, 'AF'))
  expect(told(await report('same', { ref: 'ENTERED' }))).toEqual(['UNCHANGED', '', ''])
  expect(told(await report('other', { ref: 'ENTERED', place: 'AME' }))).toEqual(['REJECTED', 'VERSION_CONFLICT', '/measure/version'])
})

test('a version is exact to the last of 64 bits, also against what the plan holds, and as a number only where JSON holds it', async () => {
  const last = 9223372036854775807n
  const { measureId } = await report('long', { version: last - 2n })
  const moved = { ref: 'long', version: String(last - 1n), title: 'Moved', from: '2026-05-04' }
  await rig.planningTells('k-9', { type: 'samresa.planning.v1.MeasureChanged', data: { measureId, owner: 'AF', measure: moved } })
  expect(told(await report('long-late', { ref: 'long', version: last - 2n }))).toEqual(['REJECTED', 'STALE_VERSION', '/measure/version'])
  expect(told(await report('long-same', { ref: 'long', version: last - 1n }))).toEqual(['REJECTED', 'VERSION_CONFLICT', '/measure/version'])
  expect(told(await report('long-last', { ref: 'long', version: last }))).toEqual(['ACCEPTED', '', ''])
  const asNumber = { ...byPhone('inexact'), measure: { ...byPhone('inexact').measure, version: 2 ** 53 } }
  expect(await post('anna', asNumber)).toMatchObject({ status: 400, body: { code: 'INVALID_FIELD' } })
  const asText = { ...asNumber, measure: { ...asNumber.measure, version: '9007199254740993' } }
  expect((await post('anna', asText)).body.receipt).toMatchObject({ result: 'ACCEPTED' })
})

test('a version that the plan made outlives a restart', async () => {
  const measureId = (await report('moved')).measureId
  const moved = { ref: 'moved', version: '2', title: 'Moved', from: '2026-05-04' }
  await rig.planningTells('k-1', { type: 'samresa.planning.v1.MeasureChanged', data: { measureId, owner: 'AF', measure: moved } })
  await rig.restart()
  af.close()
  af = rig.clientOf('af-system')
  expect(told(await report('moved-late', { ref: 'moved' }))).toEqual(['REJECTED', 'STALE_VERSION', '/measure/version'])
  expect(told(await report('moved-next', { ref: 'moved', version: 3n }))).toEqual(['ACCEPTED', '', ''])
})

test('only agencies call the gateway', async () => {
  const anna = rig.clientOf('anna')
  await expect(anna.reportMeasure({ messageId: 'x', person: byNumber, measure, decidedAt })).rejects.toMatchObject({
    rejection: { kind: 'forbidden' },
  })
  anna.close()
  const served = 'samresa.agency.v1.AgencyGatewayService'
  const records = await rig.accessRecords()
  expect(records.at(-1)).toMatchObject({ subject: yonas, data: { user: 'anna', route: `${served}/ReportMeasure`, decision: 'DENIED' } })
})

test('somebody whom this agency has nothing to do with is not told of, and the attempt is on record', async () => {
  rig.facts.agencies = ['AME', 'FK', 'EB']
  await report('not-ours-recorded')
  rig.facts.agencies = ['AME', 'AF', 'FK', 'EB']
  expect((await rig.accessRecords()).at(-1)).toMatchObject({
    subject: yonas,
    data: { user: 'af-system', agency: 'AF', route: 'samresa.agency.v1.AgencyGatewayService/ReportMeasure', decision: 'DENIED' },
  })
})

const post = async (user: string, body: object) => {
  const headers = { authorization: `Bearer ${user}`, 'content-type': 'application/json', 'samresa-purpose': 'planning' }
  const response = await fetch(`${rig.url()}/v1/reports`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as { receipt?: Record<string, string>; code?: string } }
}
const byPhone = (messageId: string, agency = 'REGION') => ({
  agency,
  messageId,
  personalNumber: yonasNumber,
  measure: { ref: messageId, version: 1, from: '2026-05-04', weekly: [{ days: ['TU'], start: '13:00', end: '14:00' }] },
  decidedAt,
  channel: 'PHONE',
})

test('a caseworker reports for any agency, also one without a system here', async () => {
  const { status, body } = await post('anna', byPhone('by-phone'))
  expect(status).toBe(200)
  expect(body.receipt).toMatchObject({ result: 'ACCEPTED', messageId: 'by-phone', participantId: yonas })
  expect((await rig.accessRecords()).at(-1)).toMatchObject({ subject: yonas, data: { user: 'anna', route: 'POST /v1/reports' } })
})

test('what is the municipality’s own says why it is there, also when it comes as a report', async () => {
  const own = byPhone('by-ame', 'AME')
  const withTexts = (texts: object) => ({
    ...own,
    messageId: `${own.messageId}${Object.keys(texts).join('')}`,
    measure: { ...own.measure, ...texts },
  })
  const [bare, half, whole] = [{}, { purpose: 'Vana' }, { purpose: 'Vana', leadsTo: 'Arbete' }].map(withTexts)
  expect((await post('anna', bare!)).body.receipt).toMatchObject({ result: 'REJECTED', code: 'INVALID_FIELD', field: '/measure/purpose' })
  expect((await post('anna', half!)).body.receipt).toMatchObject({ result: 'REJECTED', code: 'INVALID_FIELD', field: '/measure/leadsTo' })
  expect((await post('anna', whole!)).body.receipt).toMatchObject({ result: 'ACCEPTED' })
  expect((await post('anna', byPhone('by-vux', 'VUX'))).body.receipt).toMatchObject({ result: 'ACCEPTED' })
})

test('a caseworker without relation to the participant finds nobody', async () => {
  expect((await post('nils', byPhone('by-nils'))).body.receipt).toMatchObject({ result: 'REJECTED', code: 'PARTICIPANT_NOT_FOUND' })
  expect((await rig.accessRecords()).at(-1)).toMatchObject({
    subject: yonas,
    data: { user: 'nils', route: 'POST /v1/reports', decision: 'DENIED' },
  })
})

test('a caseworker without relation gets no receipt of others, and takes no message id from them', async () => {
  const first = await post('anna', byPhone('by-anna', 'AF'))
  const copied = (await post('nils', byPhone('by-anna', 'AF'))).body.receipt!
  expect(copied).toMatchObject({ result: 'REJECTED', code: 'PARTICIPANT_NOT_FOUND' })
  expect(Object.keys(copied)).not.toContain('participantId')
  expect((await post('nils', byPhone('by-anna', 'AF'))).body.receipt).toEqual(copied)
  const elsewhere = { ...byPhone('by-anna', 'AF'), personalNumber: '19910417-2383' }
  expect((await post('anna', elsewhere)).body.receipt).toMatchObject({ code: 'PARTICIPANT_NOT_FOUND' })
  expect((await post('anna', byPhone('by-anna', 'AF'))).body).toEqual(first.body)
  await post('nils', byPhone('taken', 'AF'))
  expect((await post('anna', byPhone('taken', 'AF'))).body.receipt).toMatchObject({ result: 'ACCEPTED' })
})

test.each([
  ['two ways of naming somebody', { participantId: newId() }],
  ['nobody', { personalNumber: '' }],
])('a report that names %s is refused, and recorded for nobody', async (name, person) => {
  const before = await commitsOf(`reports-${yonas}`)
  const { status, body } = await post('anna', { ...byPhone(name), ...person })
  expect([status, body.code]).toEqual([400, 'INVALID_FIELD'])
  expect(body).toMatchObject({ fields: [{ pointer: '/personalNumber' }] })
  expect(await commitsOf(`reports-${yonas}`)).toHaveLength(before.length)
})

test('a report without a measure says so', async () => {
  const { receipt } = await af.reportMeasure({ messageId: 'empty', person: byNumber, decidedAt })
  expect(told(receipt!)).toEqual(['REJECTED', 'INVALID_FIELD', '/measure'])
})

test('a message id is used once, for a report or an answer, also when the proposal is unknown', async () => {
  await report('one-report')
  const answer = { messageId: 'one-report', proposalId: 'p-1', answer: gateway.Answer.DECLINE, optionId: 'A' }
  const reused = ['REJECTED', 'MESSAGE_ID_REUSED', '/messageId']
  expect(told((await af.respondToProposal(answer)).receipt!)).toEqual(reused)
  expect(told((await af.respondToProposal({ ...answer, proposalId: 'p-2' })).receipt!)).toEqual(reused)
  await af.respondToProposal({ ...answer, messageId: 'one-answer' })
  expect(told(await report('one-answer'))).toEqual(reused)
})

test('an officer reports for the own agency only, a participant not at all', async () => {
  expect((await post('eva', byPhone('by-eva', 'EB'))).body.receipt).toMatchObject({ result: 'ACCEPTED' })
  expect(await post('eva', byPhone('by-eva-2', 'AF'))).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  expect(await post('yonas', byPhone('by-yonas'))).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
})

test('a report sent again by another way is the same message', async () => {
  const receipt = await report('two-ways', { areas: [], place: '', title: '' })
  const { ref, from, to, weekly } = { ...measure, ref: 'two-ways' }
  const body = {
    agency: 'AF',
    messageId: 'two-ways',
    personalNumber: yonasNumber,
    measure: { ref, version: '1', from, to, weekly },
    decidedAt,
  }
  expect((await post('anna', body)).body.receipt).toMatchObject({ receiptId: receipt.receiptId, result: 'ACCEPTED' })
})

test('an answer to a proposal is recorded for planning; a proposal of others looks like none', async () => {
  const answer = { messageId: 'yes', proposalId: 'p-1', answer: gateway.Answer.ACCEPT, optionId: 'A' }
  const { receipt } = await af.respondToProposal(answer)
  expect(told(receipt!)).toEqual(['ACCEPTED', '', ''])
  expect((await commitsOf(`reports-${yonas}`)).at(-1)!.events[0]).toMatchObject({ type: 'samresa.agency.v1.ProposalAnswerReported' })
  rig.proposal.state = gateway.ProposalState.ACCEPTED
  expect((await af.respondToProposal(answer)).receipt).toEqual(receipt)
  expect(told((await af.respondToProposal({ ...answer, messageId: 'late' })).receipt!)).toEqual([
    'REJECTED',
    'PROPOSAL_CLOSED',
    '/proposalId',
  ])
  rig.proposal.state = gateway.ProposalState.OPEN
  const unknown = (await af.respondToProposal({ ...answer, messageId: 'lost', proposalId: 'p-2' })).receipt!
  const fk = rig.clientOf('fk-system')
  const foreign = (await fk.respondToProposal({ ...answer, messageId: 'foreign' })).receipt!
  fk.close()
  for (const refused of [unknown, foreign]) expect(told(refused)).toEqual(['REJECTED', 'PROPOSAL_NOT_FOUND', '/proposalId'])
})
