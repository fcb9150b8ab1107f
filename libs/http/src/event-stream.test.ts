import { get } from 'node:http'
import { notFound, RejectionError } from '@samresa/kernel'
import { expect, test } from 'vitest'
import type { HttpServiceOptions } from './http-service.ts'
import type { EventStream } from './route.ts'
import { aService, by, stranger, yonas } from './test-service.ts'

/** A listening service with a stream that does what the test says. */
async function aStreaming(
  run: (stream: EventStream, lastEventId: string | undefined) => Promise<void>,
  options: Partial<HttpServiceOptions> = {},
) {
  const parts = aService(options)
  parts.service.stream({
    path: '/v1/participants/:id/stream',
    roles: ['caseworker'],
    summary: 'Följ / Follow',
    description: 'Follows.',
    events: { item: 'an item' },
    examples: {},
    subject: ({ params }) => params['id'],
    handle: async ({ params, lastEventId }) => {
      if (params['id'] !== yonas) throw new RejectionError(notFound())
      return (stream) => run(stream, lastEventId)
    },
  })
  const url = await parts.service.listen()
  const open = (user = 'anna', headers: Record<string, string> = {}, id = yonas) =>
    fetch(`${url}/v1/participants/${id}/stream`, { headers: by(user, headers) })
  return { ...parts, url, open, [Symbol.asyncDispose]: () => parts.service.close() }
}

const idle = ({ signal }: EventStream) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))

test('events come in the form of the standard, each after its access record', async () => {
  await using streaming = await aStreaming(async ({ send, deliver }, lastEventId) => {
    await send({ event: 'hello\nevent: evil', id: '1\n2', data: { lastEventId, text: 'a\nb' } })
    await deliver({ event: 'item', id: '3', data: {} }, { participantId: yonas, deliveries: [{ eventId: 'e-1' }] })
  })
  const answer = await streaming.open('anna', { 'last-event-id': '7' })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  expect(answer.headers.get('samresa-correlation-id')).toBe(streaming.records[0]!.correlationId)
  expect(await answer.text()).toBe(
    ':\n\nevent: hello event: evil\nid: 1 2\ndata: {"lastEventId":"7","text":"a\\nb"}\n\nevent: item\nid: 3\ndata: {}\n\n',
  )
  expect(streaming.records).toMatchObject([
    { decision: 'ALLOWED', route: 'GET /v1/participants/:id/stream', participantId: yonas },
    { decision: 'ALLOWED', deliveries: [{ eventId: 'e-1' }] },
  ])
})

test('what may not be seen answers 404 as a problem, before any stream', async () => {
  await using streaming = await aStreaming(idle)
  const answer = await streaming.open('anna', {}, stranger)
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(streaming.records).toMatchObject([{ decision: 'DENIED', participantId: stranger }])
})

test('nothing is delivered when its access record cannot be written', async () => {
  let broken = false
  const record = async () => {
    if (broken) throw new Error('disk')
  }
  await using streaming = await aStreaming(
    async ({ deliver }) => {
      broken = true
      await deliver({ event: 'item', data: 'canary' }, { participantId: yonas })
    },
    { accessLog: { record, close: async () => {} } },
  )
  expect(await (await streaming.open()).text()).toBe(':\n\n')
  expect(streaming.logged).toHaveLength(1)
})

test('a stream ends with "expired" when its token does', async () => {
  await using streaming = await aStreaming(idle)
  expect(await (await streaming.open('short')).text()).toBe(':\n\nevent: expired\ndata: {}\n\n')
})

test('closing ends every stream with "draining" and does not wait for readers', async () => {
  await using streaming = await aStreaming(() => new Promise(() => {}))
  const answer = await streaming.open()
  const began = performance.now()
  await streaming.service.close()
  expect(performance.now() - began).toBeLessThan(2_000)
  expect(await answer.text()).toContain('event: draining\n')
})

test('a quiet stream shows signs of life', async () => {
  await using streaming = await aStreaming(idle, { streamLimits: { heartbeatMs: 20, maxAgeMs: 300 } })
  expect((await (await streaming.open()).text()).match(/^:$/gm)!.length).toBeGreaterThan(2)
})

test('a user holds five streams and no sixth; one that ends makes room', async () => {
  await using streaming = await aStreaming(idle)
  const open = await Promise.all(Array.from({ length: 5 }, () => streaming.open()))
  const sixth = await streaming.open()
  expect([sixth.status, ((await sixth.json()) as { code: string }).code, sixth.headers.get('retry-after')]).toEqual([
    429,
    'TOO_MANY_STREAMS',
    '1',
  ])
  await open[0]!.body!.cancel()
  await expect.poll(async () => (await streaming.open()).status).toBe(200)
})

test('a refused stream takes no place', async () => {
  await using streaming = await aStreaming(idle)
  for (let n = 0; n < 6; n += 1) expect((await streaming.open('anna', {}, stranger)).status).toBe(404)
})

test('a reader that does not read is ended and costs no memory', async () => {
  let count = 0
  const outcome = Promise.withResolvers<unknown>()
  await using streaming = await aStreaming(
    async ({ send }) => {
      while (true) {
        count += 1
        await send({ event: 'item', data: 'x'.repeat(1_024) }).catch((error: unknown) => {
          outcome.resolve(error)
          throw error
        })
      }
    },
    { streamLimits: { patienceMs: 200 } },
  )
  const before = process.memoryUsage().rss
  const request = get(`${streaming.url}/v1/participants/${yonas}/stream`, { headers: by('anna') }, (answer) =>
    answer.pause().on('error', () => {}),
  )
  request.on('error', () => {})
  expect(await outcome.promise).toMatchObject({ rejection: { code: 'STALLED' } })
  expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024)
  expect(count).toBeLessThan(20_000)
  expect(streaming.logged).toEqual([])
})

test('a stream on its way when the service closes does not begin, and does not hold it up', async () => {
  const reached = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const record = async () => {
    reached.resolve()
    await go.promise
  }
  await using streaming = await aStreaming(idle, { accessLog: { record, close: async () => {} } })
  const answer = streaming.open()
  await reached.promise
  const closed = streaming.service.close()
  go.resolve()
  expect((await answer).status).toBe(503)
  await closed
})

test('readers who leave before their stream has begun hold no place', async () => {
  const go = Promise.withResolvers<void>()
  let reached = 0
  const record = async () => {
    reached += 1
    await go.promise
  }
  await using streaming = await aStreaming(idle, { accessLog: { record, close: async () => {} } })
  const leaving = new AbortController()
  const left = Array.from({ length: 5 }, () =>
    fetch(`${streaming.url}/v1/participants/${yonas}/stream`, { headers: by('anna'), signal: leaving.signal }),
  )
  await expect.poll(() => reached).toBe(5)
  leaving.abort()
  await Promise.allSettled(left)
  // What comes on a later connection is read after the end of these.
  await fetch(`${streaming.url}/livez`)
  await fetch(`${streaming.url}/livez`, { headers: { connection: 'close' } })
  go.resolve()
  await expect.poll(async () => (await streaming.open()).status).toBe(200)
})
