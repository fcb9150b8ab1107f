import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { type Health, livenessAnswer, readinessAnswer } from '@samresa/http'
import type { FastifyInstance } from 'fastify'
import { problem } from './problem.ts'
import type { Visitors } from './visitors.ts'

interface PageRoutes {
  visitors: Visitors<unknown>
  /** The folder of the built pages. */
  assets: string
  health: Health
}

/** The built pages: every page is the same document, and an anonymous visitor of one goes through the login and comes back to it. */
export async function pageRoutes(app: FastifyInstance, { visitors, assets, health }: PageRoutes): Promise<void> {
  const document = readFileSync(join(assets, 'index.html'), 'utf8')
  await app.register(fastifyStatic, {
    root: join(assets, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    index: false,
    decorateReply: false,
  })
  const icon = readFileSync(join(assets, 'icon.svg'))
  app.get('/icon.svg', (_request, reply) => reply.header('cache-control', 'max-age=86400').type('image/svg+xml').send(icon))
  app.get('/favicon.ico', (_request, reply) => reply.redirect('/icon.svg', 302))
  app.get('/livez', async (_request, reply) => {
    const { status, body } = livenessAnswer(health.live())
    return reply.code(status).send(body)
  })
  app.get('/readyz', async (_request, reply) => {
    const { status, body } = readinessAnswer(await health.ready())
    return reply.code(status).send(body)
  })

  for (const path of ['/', '/participants/:participantId', '/traces/:correlationId', '/access/:participantId']) {
    app.get(path, async (request, reply) => {
      if ((await visitors.find(request)) === undefined)
        return reply.header('cache-control', 'no-store').redirect(`/auth/login?to=${encodeURIComponent(request.url)}`, 302)
      return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(document)
    })
  }
  app.setNotFoundHandler((request, reply) => {
    if (request.method === 'GET' && (request.headers.accept ?? '').includes('text/html'))
      return reply.code(404).type('text/html; charset=utf-8').send(document)
    return problem(reply, 404, 'NOT_FOUND', 'Nothing here under this address.')
  })
}
