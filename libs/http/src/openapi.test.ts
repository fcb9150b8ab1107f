import { expect, test } from 'vitest'
import { aService } from './test-service.ts'

interface Operation {
  operationId: string
  summary: string
  parameters?: { name: string; required: boolean }[]
  requestBody?: { content: Record<string, { schema: object; example?: unknown }> }
  responses: Record<string, { description: string; content: Record<string, { schema: object; example?: unknown }> }>
}

async function document() {
  const { service } = aService()
  const answer = await service.inject({ url: '/v1/openapi.json' })
  return answer.json() as {
    openapi: string
    info: Record<string, unknown>
    paths: Record<string, Record<string, Operation>>
    components: unknown
  }
}

test('the document needs no token and says what the service is, whose, and under which licence', async () => {
  const { openapi, info } = await document()
  expect(openapi).toBe('3.1.0')
  expect(info).toMatchObject({ title: 'Plan', contact: { name: 'Samresa' }, license: { name: 'EUPL-1.2' } })
})

test('it holds every route but the probes, with the words for people and the refusals described', async () => {
  const { paths, components } = await document()
  expect(Object.keys(paths).sort()).toEqual(['/v1/participants/{id}/items', '/v1/search'])
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(3)
  for (const { summary, responses } of operations) {
    expect(summary).toContain(' / ')
    for (const [status, { description, content }] of Object.entries(responses)) {
      expect(description).not.toBe('')
      if (Number(status) >= 400) expect(content['application/problem+json']!.schema).toEqual({ $ref: '#/components/schemas/Problem' })
    }
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '401', '403', '404', '500']))
  }
  expect(components).toHaveProperty('schemas.Problem.properties.correlationId')
})

test('examples, headers and what a body may not hold stand in it', async () => {
  const { paths } = await document()
  const { get, put } = paths['/v1/participants/{id}/items'] as { get: Operation; put: Operation }
  expect(get.responses['200']!.content['application/json']!.example).toEqual({ items: [{ n: 1 }], page: 1, limit: 20, total: 1 })
  expect(put.requestBody!.content['application/json']).toMatchObject({
    example: { owner: 'AF', weekly: [] },
    schema: { additionalProperties: false },
  })
  const required = (operation: Operation) => operation.parameters!.filter(({ required }) => required).map(({ name }) => name)
  expect(required(put)).toEqual(['id', 'If-Match'])
  expect(required(get)).toEqual(['id'])
  expect(get.parameters!.map(({ name }) => name)).toContain('Samresa-Purpose')
})

test('an idempotency key is offered where the route heeds one, and nowhere else', async () => {
  const { paths } = await document()
  const offering = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { parameters = [] }]) => parameters.some(({ name }) => name === 'Idempotency-Key'))
      .map(([method]) => `${method} ${path}`),
  )
  expect(offering).toEqual(['put /v1/participants/{id}/items'])
})
