import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { aService, by, yonas } from './test-service.ts'
import { closed } from './validation.ts'

const items = `/v1/participants/${yonas}/items`

test('each faulty member of a body is named by its pointer with what to do, unknown ones too', async () => {
  const { service } = aService()
  const payload = { owner: 'SOC', hours: 'many', weekly: [{ start: '08:30' }, { start: '8', 'a/b': 1 }, {}], extra: 1 }
  const answer = await service.inject({ method: 'PUT', url: items, headers: by('anna', { 'if-match': '"1"' }), payload })
  expect(answer.statusCode).toBe(400)
  const { fields } = answer.json() as { fields: { pointer: string; detail: string }[] }
  expect(fields.map(({ pointer }) => pointer).sort()).toEqual([
    '/extra',
    '/hours',
    '/owner',
    '/weekly/1/a~1b',
    '/weekly/1/start',
    '/weekly/2/start',
  ])
  const detailOf = (at: string) => fields.find(({ pointer }) => pointer === at)!.detail
  expect(detailOf('/owner')).toBe('must be one of "AF", "FK"')
  expect(detailOf('/hours')).toBe('must be integer or be null')
  expect(detailOf('/weekly/2/start')).toBe('is required')
})

test('a body is never bent to fit: a number as text is a fault', async () => {
  const { service } = aService()
  const payload = { owner: 'AF', weekly: [], hours: '3' }
  const answer = await service.inject({ method: 'PUT', url: items, headers: by('anna', { 'if-match': '"1"' }), payload })
  expect(answer.json().fields).toMatchObject([{ pointer: '/hours' }])
})

test('a fault list never quotes what was sent', async () => {
  const { service } = aService()
  const answer = await service.inject({
    method: 'PUT',
    url: items,
    headers: by('anna', { 'if-match': '"1"' }),
    payload: { owner: 'canary', weekly: ['canary'] },
  })
  expect(answer.body).not.toContain('canary')
})

test('an optional body may be missing', async () => {
  const { service } = aService()
  expect((await service.inject({ method: 'POST', url: '/v1/search', headers: by('anna') })).statusCode).toBe(200)
})

test('closing a schema reaches into lists and branches, and spares intersections and data', () => {
  const schema = Type.Object({
    list: Type.Array(Type.Object({ a: Type.String() })),
    either: Type.Union([Type.Object({ b: Type.String() }), Type.Null()]),
    both: Type.Intersect([Type.Object({ c: Type.String() }), Type.Object({ d: Type.String() })]),
    open: Type.Object({ e: Type.String() }, { additionalProperties: true }),
  })
  expect(closed(schema)).toMatchObject({
    additionalProperties: false,
    properties: {
      list: { items: { additionalProperties: false } },
      either: { anyOf: [{ additionalProperties: false }, {}] },
      open: { additionalProperties: true },
    },
  })
  expect(JSON.stringify((closed(schema) as { properties: { both: unknown } }).properties.both)).not.toContain('additionalProperties')
})

test('a list comes in pages of twenty, and at most two hundred', async () => {
  const { service } = aService()
  const page = async (query: string) => {
    const answer = await service.inject({ url: `${items}${query}`, headers: by('anna') })
    return answer.statusCode === 200 ? answer.json() : answer.json().fields
  }
  expect(await page('')).toEqual({ items: [{ n: 1 }, { n: 2 }, { n: 3 }], page: 1, limit: 20, total: 3 })
  expect(await page('?page=2&limit=2')).toEqual({ items: [{ n: 3 }], page: 2, limit: 2, total: 3 })
  expect(await page('?limit=201')).toMatchObject([{ pointer: '/query/limit' }])
  expect(await page('?page=0')).toMatchObject([{ pointer: '/query/page' }])
  expect(await page('?page=x')).toMatchObject([{ pointer: '/query/page' }])
})
