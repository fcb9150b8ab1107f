import { type ClientHttp2Stream, connect } from 'node:http2'
import { create, toBinary } from '@bufbuild/protobuf'
import { gateway } from '@samresa/contracts'
import { expect, test } from 'vitest'
import type { GrpcCall, Send } from './service-types.ts'
import { aGateway } from './test-gateway.ts'

type Subscribe = (
  request: gateway.SubscribePlanChangesRequest,
  call: GrpcCall,
  send: Send<typeof gateway.SubscribePlanChangesResponseSchema>,
) => Promise<void>

const idle: Subscribe = (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve()))

/** Sends numbered messages of a kilobyte as fast as it is let; `count` tells how far it has come. */
function aFlood() {
  const flood = { count: 0 }
  const subscribe: Subscribe = async (_, __, send) => {
    while (true) {
      flood.count += 1
      await send({ cursor: `c-${flood.count}`, payload: 'x'.repeat(1_024) }, `c-${flood.count}`)
    }
  }
  return { flood, subscribe }
}

/** A subscriber below gRPC that opens a stream and reads nothing until told. */
async function aDeafSubscriber(address: string) {
  const session = connect(`http://${address}`)
  const message = toBinary(gateway.SubscribePlanChangesRequestSchema, create(gateway.SubscribePlanChangesRequestSchema))
  const stream: ClientHttp2Stream = session.request({
    ':method': 'POST',
    ':path': '/samresa.agency.v1.AgencyGatewayService/SubscribePlanChanges',
    'content-type': 'application/grpc',
    te: 'trailers',
    authorization: 'Bearer good',
  })
  const trailers = new Promise<Record<string, unknown>>((resolve) => stream.once('trailers', resolve))
  const frame = Buffer.alloc(5 + message.length)
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, 5)
  stream.end(frame)
  await new Promise((resolve) => stream.once('response', resolve))
  return { listen: () => stream.resume(), trailers, leave: () => session.destroy() }
}

test('messages arrive in order, and the stream ends when its handler does', async () => {
  await using gate = await aGateway({
    subscribePlanChanges: async ({ cursor }, _, send) => {
      for (let n = 0; n < 1_000; n += 1) await send({ cursor: `${cursor}${n}` })
    },
  })
  const cursors = await Array.fromAsync(gate.client.subscribePlanChanges({ cursor: 'a' }), ({ cursor }) => cursor)
  expect(cursors).toEqual(Array.from({ length: 1_000 }, (_, n) => `a${n}`))
})

test('a stream that has nothing to send says that it is open', async () => {
  await using gate = await aGateway({
    subscribePlanChanges: (request, call, send) => {
      call.opened()
      return idle(request, call, send)
    },
  })
  // Resolves with the response's headers, which is all that comes.
  const subscriber = await aDeafSubscriber(gate.address)
  subscriber.leave()
})

test('a subscriber that does not read costs no memory, is ended with the cursor to resume at, and delays nobody', async () => {
  const { flood, subscribe } = aFlood()
  await using gate = await aGateway({ subscribePlanChanges: subscribe }, { patienceMs: 400 })
  const deaf = await aDeafSubscriber(gate.address)
  const before = process.memoryUsage().rss
  await expect.poll(() => flood.count, { timeout: 2_000, interval: 20 }).toBeGreaterThan(20)
  const other = gate.client.reportMeasure({ messageId: 'm-1' })
  await expect(other).resolves.toBeDefined()
  let previous = -1
  await expect
    .poll(
      () => {
        const still = previous === flood.count
        previous = flood.count
        return still
      },
      { timeout: 3_000, interval: 600 },
    )
    .toBe(true)
  expect(flood.count).toBeLessThan(1_000)
  expect(process.memoryUsage().rss - before).toBeLessThan(30 * 1024 * 1024)
  deaf.listen()
  const trailers = await deaf.trailers
  expect(trailers).toMatchObject({ 'grpc-status': '8', 'samresa-code': 'STALLED' })
  expect(decodeURI(String(trailers['grpc-message']))).toContain(`c-${flood.count}`)
  deaf.leave()
})

test('a subscriber that reads slowly gets everything', async () => {
  await using gate = await aGateway(
    {
      subscribePlanChanges: async (_, __, send) => {
        for (let n = 0; n < 400; n += 1) await send({ cursor: String(n), payload: 'x'.repeat(4_096) })
      },
    },
    { patienceMs: 2_000 },
  )
  let seen = 0
  for await (const { cursor } of gate.client.subscribePlanChanges({})) {
    expect(cursor).toBe(String(seen))
    seen += 1
    if (seen % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(seen).toBe(400)
})

test('a stream ends when its token does', async () => {
  await using gate = await aGateway({ subscribePlanChanges: idle })
  const stream = gate.clientWith('short').subscribePlanChanges({})
  await expect(Array.fromAsync(stream)).rejects.toMatchObject({ rejection: { kind: 'unauthenticated', detail: 'token expired' } })
})

test('a stream ends at its greatest age, however long the token lasts', async () => {
  await using gate = await aGateway({ subscribePlanChanges: idle }, { maxStreamAgeMs: 50 })
  await expect(Array.fromAsync(gate.client.subscribePlanChanges({}))).rejects.toMatchObject({ rejection: { code: 'TOKEN_EXPIRED' } })
})

test('a client holds five streams and no sixth; one that ends makes room', async () => {
  let open = 0
  await using gate = await aGateway({
    subscribePlanChanges: async (request, call, send) => {
      open += 1
      await send({ cursor: 'open' })
      await idle(request, call, send)
      open -= 1
    },
  })
  const streams = Array.from({ length: 5 }, () => gate.client.subscribePlanChanges({})[Symbol.asyncIterator]())
  await Promise.all(streams.map((stream) => stream.next()))
  await expect(Array.fromAsync(gate.client.subscribePlanChanges({}))).rejects.toMatchObject({ rejection: { code: 'TOO_MANY_STREAMS' } })
  await streams[0]!.return!()
  await expect.poll(() => open).toBe(4)
  await expect(gate.client.subscribePlanChanges({})[Symbol.asyncIterator]().next()).resolves.toMatchObject({ value: { cursor: 'open' } })
})

test('a subscriber that leaves aborts the signal, and a send after that is refused', async () => {
  const outcome = Promise.withResolvers<unknown>()
  await using gate = await aGateway({
    subscribePlanChanges: async (request, call, send) => {
      await send({ cursor: '1' })
      await idle(request, call, send)
      await send({ cursor: '2' }).catch(outcome.resolve)
    },
  })
  for await (const _ of gate.client.subscribePlanChanges({})) break
  expect(await outcome.promise).toMatchObject({ rejection: { code: 'SUBSCRIBER_GONE' } })
})

test('closing ends every stream with "draining" at once, also one whose handler does not listen', async () => {
  await using gate = await aGateway({
    subscribePlanChanges: async ({ cursor }, call, send) => {
      await send({ cursor: 'open' })
      await (cursor === 'deaf' ? new Promise(() => {}) : idle({} as never, call, send))
    },
  })
  const streams = ['deaf', 'heedful'].map((cursor) => gate.client.subscribePlanChanges({ cursor })[Symbol.asyncIterator]())
  await Promise.all(streams.map((stream) => stream.next()))
  const ends = Promise.all(streams.map((stream) => stream.next().catch((error: unknown) => error)))
  const began = performance.now()
  await gate.close(5_000)
  expect(performance.now() - began).toBeLessThan(2_000)
  expect(await ends).toMatchObject([
    { rejection: { kind: 'unavailable', detail: 'draining' } },
    { rejection: { kind: 'unavailable', detail: 'draining' } },
  ])
})

test('a stream whose token is still being checked when the server closes does not begin', async () => {
  await using gate = await aGateway({ subscribePlanChanges: idle })
  const end = Array.fromAsync(gate.clientWith('slow').subscribePlanChanges({})).catch((error: unknown) => error)
  await expect.poll(() => gate.asked()).toBe(1)
  const began = performance.now()
  const closed = gate.close(5_000)
  gate.letPass()
  await closed
  expect(performance.now() - began).toBeLessThan(2_000)
  expect(await end).toMatchObject({ rejection: { detail: 'draining' } })
})
