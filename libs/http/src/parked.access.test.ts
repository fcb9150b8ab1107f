import { expect, test } from 'vitest'
import { addParkedRoutes } from './parked.routes.ts'
import { aService, by, stranger, yonas } from './test-service.ts'

const parkedId = '0197a000-0000-7000-8000-000000000001'
const unknown = '0197a000-0000-7000-8000-000000000002'

/** A service with one parked stream, and what its operators have decided. */
function aDesk() {
  const decided: string[] = []
  const parts = aService()
  addParkedRoutes(parts.service, {
    list: async () => [
      {
        id: parkedId,
        consumer: 'rows-v1',
        source: 'journey',
        stream: `participant-${yonas}`,
        fromVersion: 7,
        reason: 'The projection failed: TypeError',
        at: '2026-04-29T07:00:01.240Z',
        decision: { as: 'skip', reason: 'canary', by: 'operator' },
      },
    ],
    retry: async (id) => id === parkedId && decided.push('retry') > 0,
    skip: async (id, reason, by) => id === parkedId && decided.push(`skip ${reason} ${by}`) > 0,
  })
  const send = async (method: 'GET' | 'POST', url: string, user: string, payload?: object) => {
    const answer = await parts.service.inject({ method, url, headers: by(user), ...(payload === undefined ? {} : { payload }) })
    return { status: answer.statusCode, body: answer.json(), text: answer.body }
  }
  return { ...parts, decided, send }
}

const retryUrl = (id: string) => `/v1/parked/${id}/retry`
const skipUrl = (id: string) => `/v1/parked/${id}/skip`

test('an operator sees what is set aside, and why, without anything about whom it concerns', async () => {
  const { send, records } = aDesk()
  const { status, body, text } = await send('GET', '/v1/parked', 'operator')
  expect([status, body]).toEqual([
    200,
    {
      items: [
        {
          id: parkedId,
          consumer: 'rows-v1',
          source: 'journey',
          version: 7,
          reason: 'The projection failed: TypeError',
          at: '2026-04-29T07:00:01.240Z',
          decision: 'SKIP',
        },
      ],
      page: 1,
      limit: 20,
      total: 1,
    },
  ])
  expect(text).not.toMatch(new RegExp(`${yonas}|canary`))
  expect(records).toEqual([])
})

test('an operator decides to try again, or to leave the event out with a reason, and is named with it', async () => {
  const { send, decided } = aDesk()
  expect(await send('POST', retryUrl(parkedId), 'operator')).toMatchObject({ status: 202, body: { id: parkedId, decision: 'RETRY' } })
  expect(await send('POST', skipUrl(parkedId), 'operator', { reason: 'Sent by mistake' })).toMatchObject({
    status: 202,
    body: { id: parkedId, decision: 'SKIP' },
  })
  expect(decided).toEqual(['retry', 'skip Sent by mistake operator'])
})

test.each([undefined, {}, { reason: '' }, { reason: ' \n' }, { reason: 'x'.repeat(501) }, { reason: 'x', by: 'someone else' }])(
  'nothing is skipped without a reason in words: %j',
  async (payload) => {
    const { send, decided } = aDesk()
    expect(await send('POST', skipUrl(parkedId), 'operator', payload)).toMatchObject({ status: 400, body: { code: 'INVALID_FIELD' } })
    expect(decided).toEqual([])
  },
)

test('what is not parked cannot be decided about', async () => {
  const { send } = aDesk()
  for (const id of [unknown, stranger, 'nonsense']) {
    expect((await send('POST', retryUrl(id), 'operator')).status).toBe(404)
    expect((await send('POST', skipUrl(id), 'operator', { reason: 'x' })).status).toBe(404)
  }
})

test.each(['anna', 'frida', 'yonas', 'auditor'])('%s, who is no operator, may neither look nor decide', async (user) => {
  const { send, decided } = aDesk()
  const answers = [
    await send('GET', '/v1/parked', user),
    await send('POST', retryUrl(parkedId), user),
    await send('POST', skipUrl(parkedId), user, { reason: 'x' }),
  ]
  for (const answer of answers) expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  expect(decided).toEqual([])
})
