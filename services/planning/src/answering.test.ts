import { measureIdFrom, newId } from '@samresa/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aMeasure, weeklyFrom } from './domain/plan.builder.ts'
import { startPlanning } from './planning-rig.ts'

let planning: Awaited<ReturnType<typeof startPlanning>>
beforeAll(async () => {
  planning = await startPlanning()
})
afterAll(() => planning[Symbol.asyncDispose]())

const friday = weeklyFrom('FR 13:00-16:00')

/** AME's training, clashing with a measure of the owner; the option moves the owner's measure, or the training. */
async function aProposal(owner: 'AME' | 'VUX' | 'CIVIL' | 'REGION' | 'SOC' | 'AF') {
  const person = newId()
  const post = (path: string, body: unknown, user = 'anna') =>
    planning.call(user, 'POST', `/v1/participants/${person}/${path}`, body, { 'idempotency-key': newId() })
  await post('measures', { owner: 'AME', measure: aMeasure('training', 'MO-TH 08:00-14:00') })
  await post('measures', { owner, measure: aMeasure('other', 'MO 09:00-12:00') })
  const { body: conflicts } = await planning.call('anna', 'GET', `/v1/participants/${person}/conflicts`)
  const { id: conflictId } = conflicts.items.find(({ code }: { code: string }) => code === 'TIME_OVERLAP')
  const changes = [{ measureId: measureIdFrom(person, owner, 'other'), weekly: friday }]
  const { body: sent } = await post('proposals', { conflictId, options: [{ label: 'Fredag', changes }], reason: 'Hinna båda' })
  const answer = (body: object, user = 'anna') => post(`proposals/${sent.id}/responses`, { optionId: sent.options[0].id, ...body }, user)
  const planned = async () => (await planning.call('anna', 'GET', `/v1/participants/${person}/plan`)).body.measures
  return { sent, answer, planned }
}

describe('a caseworker', () => {
  test.each(['AME', 'VUX', 'CIVIL', 'REGION', 'SOC'] as const)('accepts what concerns only AME and %s', async (owner) => {
    const { sent, answer, planned } = await aProposal(owner)
    expect(sent.options[0].accepters).toEqual(['AME'])
    const accepted = await answer({ answer: 'ACCEPT' })
    expect([accepted.status, accepted.body.state]).toEqual([200, 'ACCEPTED'])
    // What REGION and SOC do shows as taken time, with the new times all the same.
    expect(await planned()).toContainEqual(expect.objectContaining({ weekly: friday }))
  })
  test('does not answer for another agency', async () => {
    const { answer } = await aProposal('AF')
    const refused = await answer({ answer: 'ACCEPT' })
    expect([refused.status, refused.body.code]).toEqual([404, 'PROPOSAL_NOT_FOUND'])
    expect((await answer({ answer: 'ACCEPT' }, 'af-officer')).body.state).toBe('ACCEPTED')
  })
})

test('a counter without other times is refused with the field that is missing', async () => {
  const { answer } = await aProposal('AF')
  const refused = await answer({ answer: 'COUNTER', reason: 'Bara fredagar' }, 'af-officer')
  expect([refused.status, refused.body.code, refused.body.fields[0].pointer]).toEqual([400, 'INVALID_FIELD', '/changes'])
})
