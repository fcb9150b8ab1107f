import { RejectionError, reject } from '@samresa/kernel'
import { expect, test } from 'vitest'
import { aService, by, stranger, yonas } from './test-service.ts'

const items = `/v1/participants/${yonas}/items`

test('a read leaves its record before the answer goes out, with the pattern of the route and no id in it', async () => {
  const { service, records, steps } = aService()
  const answer = await service.inject({ url: `${items}?limit=2`, headers: by('anna') })
  expect(steps).toEqual(['handled', 'recorded'])
  expect(records).toEqual([
    {
      participantId: yonas,
      actor: { user: 'anna', role: 'caseworker', agency: 'AME' },
      route: 'GET /v1/participants/:id/items',
      purpose: 'planning',
      decision: 'ALLOWED',
      correlationId: answer.headers['samresa-correlation-id'],
    },
  ])
})

test('nothing is answered when the record cannot be written', async () => {
  const accessLog = {
    record: () => Promise.reject(new RejectionError(reject('storage-full', 'STORAGE_FULL', 'Free some space.'))),
    close: async () => {},
  }
  const { service } = aService({ accessLog })
  for (const url of [items, `/v1/participants/${stranger}/items`]) {
    const answer = await service.inject({ url, headers: by('anna') })
    expect([answer.statusCode, answer.json().code]).toEqual([507, 'STORAGE_FULL'])
  }
})

test('an answer of 404 or 403 leaves a denial when the id can be one', async () => {
  const { service, records } = aService()
  await service.inject({ url: `/v1/participants/${stranger}/items`, headers: by('anna') })
  await service.inject({ url: items, headers: by('frida') })
  await service.inject({ url: items, headers: { authorization: 'Bearer frida' } })
  await service.inject({ url: '/v1/participants/nonsense/items', headers: by('anna') })
  await service.inject({ url: '/v1/participants/nonsense/items', headers: by('frida') })
  expect(records.map(({ participantId, actor, purpose, decision }) => [participantId, actor.user, purpose, decision])).toEqual([
    [stranger, 'anna', 'planning', 'DENIED'],
    [yonas, 'frida', 'planning', 'DENIED'],
    [yonas, 'frida', '', 'DENIED'],
  ])
})

test('a refusal that tells how things stand counts as a read; one before the handler does not', async () => {
  const { service, records } = aService()
  const payload = { owner: 'AF', weekly: [] }
  await service.inject({ method: 'PUT', url: items, headers: by('anna', { 'if-match': '"0"' }), payload })
  expect(records).toMatchObject([{ decision: 'ALLOWED', route: 'PUT /v1/participants/:id/items' }])
  await service.inject({ method: 'PUT', url: items, headers: by('anna'), payload })
  await service.inject({ method: 'PUT', url: items, headers: by('anna'), payload: {} })
  expect(records).toHaveLength(1)
})

test('a handler names the participants that it has found', async () => {
  const { service, records } = aService()
  await service.inject({ method: 'POST', url: '/v1/search', headers: by('anna') })
  expect(records).toMatchObject([{ participantId: yonas, route: 'POST /v1/search', decision: 'ALLOWED' }])
})
