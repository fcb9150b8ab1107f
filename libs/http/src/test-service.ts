import type { AccessEntry } from '@samresa/access-log'
import { type Actor, notFound, RejectionError, reject } from '@samresa/kernel'
import { createLogger } from '@samresa/telemetry'
import { Type } from 'typebox'
import { createHttpService, type HttpServiceOptions } from './http-service.ts'
import { PageOf, PageQuery, pageFrom } from './paging.ts'
import { Word } from './route.ts'

export const yonas = '3b241101-e2bb-4255-8caf-4136c566a962'
export const stranger = '3b241101-e2bb-4255-8caf-4136c566a963'

const actors: Record<string, Actor> = {
  anna: { user: 'anna', role: 'caseworker', agency: 'AME' },
  frida: { user: 'frida', role: 'officer', agency: 'FK' },
  yonas: { user: 'yonas', role: 'participant', participantId: yonas },
  auditor: { user: 'auditor', role: 'auditor' },
  operator: { user: 'operator', role: 'operator' },
}

/** A service with one route of each sort, for tests. Tokens are the users' names; `keyless` finds no keys, `short` is anna for 300 ms. */
export function aService(options: Partial<HttpServiceOptions> = {}) {
  const records: AccessEntry[] = []
  const logged: string[] = []
  const steps: string[] = []
  const service = createHttpService({
    service: 'planning',
    title: 'Plan',
    description: 'A plan.',
    host: '127.0.0.1',
    port: 0,
    logger: createLogger({ service: 'planning', destination: { write: (line) => void logged.push(line) } }),
    verifier: {
      verify: async (token) => {
        if (token === 'keyless') throw new RejectionError(reject('unavailable', 'KEYS_UNAVAILABLE', 'Try again.'))
        if (token === 'short') return { actor: actors['anna']!, expiresAt: Date.now() + 300 }
        if (actors[token] === undefined) throw new RejectionError(reject('unauthenticated', 'TOKEN_INVALID', 'Get a new token.'))
        return { actor: actors[token], expiresAt: Date.now() + 60_000 }
      },
    },
    accessLog: {
      record: async (entry) => {
        steps.push('recorded')
        records.push(entry)
      },
      close: async () => {},
    },
    ...options,
  })
  const subject = ({ params }: { params: Record<string, string> }) => params['id']

  service.route({
    method: 'GET',
    path: '/v1/participants/:id/items',
    roles: ['caseworker', 'participant'],
    summary: 'Poster / Items',
    description: 'The items.',
    query: PageQuery,
    answers: { 200: PageOf(Type.Object({ n: Type.Integer() })) },
    examples: { answers: { 200: { items: [{ n: 1 }], page: 1, limit: 20, total: 1 } } },
    subject,
    handle: async ({ params, query }) => {
      if (params['id'] !== yonas) throw new RejectionError(notFound())
      steps.push('handled')
      return { body: pageFrom([{ n: 1, secret: 'canary' }, { n: 2 }, { n: 3 }], query) }
    },
  })
  service.route({
    method: 'PUT',
    path: '/v1/participants/:id/items',
    roles: ['caseworker'],
    summary: 'Ändra / Change',
    description: 'Changes the items.',
    requiresIfMatch: true,
    idempotent: true,
    body: Type.Object({
      owner: Word(['AF', 'FK']),
      hours: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
      weekly: Type.Array(Type.Object({ start: Type.String({ pattern: '^\\d\\d:\\d\\d$' }) })),
    }),
    answers: { 200: Type.Object({ owner: Type.String(), tag: Type.String(), key: Type.String() }) },
    examples: { body: { owner: 'AF', weekly: [] } },
    subject,
    handle: async ({ params, body, ifMatch, idempotencyKey }) => {
      if (params['id'] !== yonas) throw new RejectionError(notFound())
      if (ifMatch !== '1') throw new RejectionError(reject('stale', 'STALE', 'Read it again.'))
      return { body: { owner: body.owner, tag: ifMatch, key: idempotencyKey ?? '' }, headers: { etag: '"2"' } }
    },
  })
  service.route({
    method: 'POST',
    path: '/v1/search',
    roles: ['caseworker'],
    summary: 'Sök / Search',
    description: 'Finds somebody.',
    body: Type.Optional(Type.Object({ bug: Type.Boolean() })),
    answers: { 200: Type.Object({ participantId: Type.String() }) },
    examples: {},
    handle: async ({ body }) => {
      if (body?.bug === true) throw new Error('canary')
      return { body: { participantId: yonas }, subjects: [yonas] }
    },
  })
  return { service, records, logged, steps }
}

/** Headers of a call by this user. */
export const by = (user: string, further: Record<string, string> = {}) => ({
  authorization: `Bearer ${user}`,
  ...(user === 'yonas' ? {} : { 'samresa-purpose': 'planning' }),
  ...further,
})
