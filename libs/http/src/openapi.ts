import { STATUS_CODES } from 'node:http'
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { purposes } from '@samresa/kernel'
import { IsOptional, type TObject, type TSchema, Type } from 'typebox'
import type { RouteSpec, StreamSpec } from './route.ts'
import { closed } from './validation.ts'

/** How a service's OpenAPI document is made from its routes. */
export function openapiOptions({ title, description }: { title: string; description: string }): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title,
        description,
        version: '1.0.0',
        contact: { name: 'Samresa' },
        license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' } as { name: string },
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
      security: [{ token: [] }],
    },
    refResolver: { buildLocalReference: (json, _baseUri, _fragment, i) => (typeof json['$id'] === 'string' ? json['$id'] : `Schema${i}`) },
    transform: ({ schema, url, route }) => ({
      schema: (route.config as { documented?: typeof schema } | undefined)?.documented ?? schema,
      url,
    }),
  }
}

const problemAnswer = (status: number) => ({
  description: STATUS_CODES[status] ?? 'Problem',
  content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
})

/** The refusals that a route can answer, beyond those of everything. */
function refusalsOf(spec: { method?: string; body?: TSchema; requiresIfMatch?: boolean }): number[] {
  const writes = spec.method !== undefined && spec.method !== 'GET'
  return [
    400,
    401,
    403,
    404,
    ...(writes ? [409, 507] : []),
    ...(spec.body === undefined ? [] : [413, 415]),
    ...(spec.requiresIfMatch ? [412, 428] : []),
    429,
    500,
    503,
  ]
}

const operationIdOf = (method: string, path: string): string =>
  method.toLowerCase() + path.replaceAll(/[^A-Za-z0-9]+(\w)/g, (_, letter: string) => letter.toUpperCase())

const Purpose = Type.Optional(
  Type.Unsafe({ type: 'string', enum: [...purposes], description: 'Why; required of staff and systems, not of participants.' }),
)

function headersFor(spec: { method?: string; idempotent?: boolean; requiresIfMatch?: boolean }): TObject {
  return Type.Object({
    'Samresa-Purpose': Purpose,
    ...(spec.idempotent
      ? { 'Idempotency-Key': Type.Optional(Type.String({ maxLength: 200, description: 'The same key gives the first answer again.' })) }
      : {}),
    ...(spec.requiresIfMatch ? { 'If-Match': Type.String({ description: 'The ETag of what was read.' }) } : {}),
    ...(spec.method === undefined ? { 'Last-Event-ID': Type.Optional(Type.String({ description: 'Resume after this event.' })) } : {}),
  })
}

/** The parts of the document that routes and streams share. */
function documented(spec: RouteSpec | StreamSpec, method: string, params: TObject | undefined, answers: Record<number, unknown>) {
  return {
    operationId: operationIdOf(method, spec.path),
    summary: spec.summary,
    description: `${spec.description}\n\nRoles: ${spec.roles.join(', ')}.`,
    ...(params === undefined ? {} : { params }),
    ...(spec.query === undefined ? {} : { querystring: documentedQuery(spec.query) }),
    headers: headersFor(spec as Partial<RouteSpec>),
    response: {
      ...answers,
      ...Object.fromEntries(refusalsOf(spec as Partial<RouteSpec> as RouteSpec).map((status) => [status, problemAnswer(status)])),
    },
  }
}

/** A route as the OpenAPI document tells it. */
export function documentedRoute(spec: RouteSpec, params: TObject | undefined) {
  const answers = Object.entries(spec.answers).map(([status, schema]) => {
    const example = spec.examples.answers?.[Number(status)]
    const description = (schema as { description?: string }).description ?? STATUS_CODES[status] ?? 'Done'
    return [status, { description, content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } } }]
  })
  return {
    ...documented(spec, spec.method, params, Object.fromEntries(answers)),
    ...(spec.body === undefined ? {} : { body: documentedBody(spec.body, spec.examples) }),
  }
}

function documentedBody(body: TSchema, { body: example }: RouteSpec['examples']) {
  const schema = { ...(closed(body) as object), ...(example === undefined ? {} : { examples: [example] }) }
  return { required: !IsOptional(body), content: { 'application/json': { schema } } }
}

/** A query whose members with a default may be left out. */
function documentedQuery(query: TObject): TSchema {
  const required = query.required?.filter((name) => (query.properties[name] as { default?: unknown }).default === undefined)
  return { ...query, required } as TSchema
}

/** A stream as the OpenAPI document tells it. */
export function documentedStream(spec: StreamSpec, params: TObject | undefined) {
  const events = Object.entries({
    ...spec.events,
    expired: 'the token has run out: come back with a new one',
    draining: 'the service stops: come back in a moment',
  })
  const list = events.map(([name, meaning]) => `- \`${name}\`: ${meaning}`).join('\n')
  const answer = {
    description: `Server-sent events:\n${list}`,
    content: {
      'text/event-stream': { schema: Type.String(), ...(spec.examples.event === undefined ? {} : { example: spec.examples.event }) },
    },
  }
  return documented(spec, 'GET', params, { 200: answer })
}
