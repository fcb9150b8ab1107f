import { create, toBinary } from '@bufbuild/protobuf'
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { gateway } from '@samresa/contracts'
import { RejectionError, reject } from '@samresa/kernel'
import { expect, test } from 'vitest'
import { createGrpcClient } from './client.ts'
import { cursorOutOfRange } from './rejection-status.ts'
import { aGateway } from './test-gateway.ts'

const path = '/samresa.agency.v1.AgencyGatewayService/ReportMeasure'

/** Sends bytes as they are, as a caller with a client of its own would. Answers with the status. */
async function sendBytes(
  address: string,
  bytes: Buffer,
  { token = 'good', deadline = Date.now() + 5_000 } = {},
): Promise<ServiceError | undefined> {
  const client = new Client(address, credentials.createInsecure())
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${token}`)
  const same = (buffer: Buffer) => buffer
  try {
    return await new Promise((resolve) => {
      client.makeUnaryRequest(path, same, same, bytes, metadata, { deadline }, (error) => resolve(error ?? undefined))
    })
  } finally {
    client.close()
  }
}

const aReport = (fields: { messageId?: string } = {}) =>
  Buffer.from(toBinary(gateway.ReportMeasureRequestSchema, create(gateway.ReportMeasureRequestSchema, fields)))

test('a call reaches its handler with the actor of the token, purpose planning and a correlation id of its own', async () => {
  const seen: unknown[] = []
  await using gate = await aGateway({
    reportMeasure: async (request, call) => {
      seen.push({ ...call.context, deadline: call.deadline - Date.now(), peer: call.peer })
      return { receipt: { messageId: request.messageId } }
    },
  })
  const { receipt } = await gate.client.reportMeasure({ messageId: 'm-1' }, { deadlineMs: 2_000 })
  await gate.client.reportMeasure({ messageId: 'm-2' })
  expect(receipt!.messageId).toBe('m-1')
  expect(seen).toMatchObject([{ actor: { user: 'af-system', agency: 'AF' }, purpose: 'planning' }, {}])
  const [first, second] = seen as { correlationId: string; traceparent: string; deadline: number; peer: string }[]
  expect(first!.correlationId).not.toBe(second!.correlationId)
  expect(first!.traceparent).toMatch(/^00-/)
  expect(first!.deadline).toBeLessThanOrEqual(2_000)
  expect(first!.peer).toContain('127.0.0.1')
})

test('a trace that comes in goes on', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  await using gate = await aGateway({ getPlan: async (_, { context }) => ({ measures: [{ ref: context.traceparent! }] }) })
  const context = { actor: { user: 'x', role: 'service' as const }, purpose: 'planning' as const, correlationId: 'c', traceparent }
  expect((await gate.client.getPlan({}, { context })).measures[0]!.ref).toBe(traceparent)
})

test('a call out of no trace begins none that would be recorded', async () => {
  await using gate = await aGateway({ getPlan: async (_, { context }) => ({ measures: [{ ref: context.traceparent! }] }) })
  expect((await gate.client.getPlan({})).measures[0]!.ref).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
})

test('our own services say under which correlation and purpose they ask, and nobody else does', async () => {
  const seen: unknown[] = []
  await using gate = await aGateway({
    getPlan: async (_, { context: { correlationId, purpose } }) => {
      seen.push({ correlationId, purpose })
      return {}
    },
  })
  const context = { actor: { user: 'x', role: 'service' as const }, purpose: 'audit' as const, correlationId: 'c-1' }
  await gate.clientWith('service').getPlan({}, { context })
  await gate.clientWith('service').getPlan({})
  await gate.client.getPlan({}, { context })
  expect(seen[0]).toEqual({ correlationId: 'c-1', purpose: 'audit' })
  for (const own of seen.slice(1)) expect(own).toEqual({ correlationId: expect.not.stringMatching('c-1'), purpose: 'planning' })
})

test('a server for some roles refuses the others, once their token is checked and before a byte of the request is parsed', async () => {
  await using gate = await aGateway({}, {}, ['service'])
  await gate.clientWith('service').getPlan({})
  await expect(gate.client.getPlan({})).rejects.toMatchObject({ rejection: { kind: 'forbidden', code: 'FORBIDDEN' } })
  await expect(Array.fromAsync(gate.client.subscribePlanChanges({}))).rejects.toMatchObject({ rejection: { kind: 'forbidden' } })
  expect((await sendBytes(gate.address, Buffer.from('garbage')))!.code).toBe(status.PERMISSION_DENIED)
  expect((await sendBytes(gate.address, Buffer.from('garbage'), { token: 'bad' }))!.code).toBe(status.UNAUTHENTICATED)
})

test('a token of our own that another of our services refuses is unavailable, whoever made us ask', async () => {
  await using gate = await aGateway({}, {}, ['service'])
  for (const token of ['bad', 'good']) {
    const client = createGrpcClient(gateway.AgencyGatewayService, {
      address: gate.address,
      credentials: { token: () => token },
      inner: true,
    })
    const refused = { rejection: { kind: 'unavailable', code: 'SERVICE_TOKEN_REFUSED' } }
    await expect(client.getPlan({})).rejects.toMatchObject(refused)
    await expect(Array.fromAsync(client.subscribePlanChanges({}))).rejects.toMatchObject(refused)
    client.close()
  }
})

test.each([
  ['bad', status.UNAUTHENTICATED],
  ['keyless', status.UNAVAILABLE],
])('a %s token ends with status %i before a byte of the request is parsed', async (token, code) => {
  await using gate = await aGateway()
  expect((await sendBytes(gate.address, Buffer.from('garbage'), { token }))!.code).toBe(code)
})

test('a call without a deadline is refused with what to do', async () => {
  await using gate = await aGateway()
  expect(await sendBytes(gate.address, aReport(), { deadline: Number.POSITIVE_INFINITY })).toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringContaining('DEADLINE_REQUIRED'),
  })
})

test('bytes that are no message are the fault of who sent them', async () => {
  await using gate = await aGateway()
  expect((await sendBytes(gate.address, Buffer.from([0xff, 0xff, 0xff])))!.code).toBe(status.INVALID_ARGUMENT)
  expect((await sendBytes(gate.address, Buffer.from([0x0a, 0x01, 0xff])))!.code).toBe(status.INVALID_ARGUMENT)
  expect(gate.logged).toEqual([])
})

test('a request above 64 KiB is refused, one below is taken', async () => {
  await using gate = await aGateway()
  expect((await sendBytes(gate.address, aReport({ messageId: 'x'.repeat(65 * 1024) })))!.code).toBe(status.RESOURCE_EXHAUSTED)
  expect(await sendBytes(gate.address, aReport({ messageId: 'x'.repeat(63 * 1024) }))).toBeUndefined()
})

test('a refusal comes back as it was thrown, with kind, code, detail and fields', async () => {
  const rejection = reject('stale', 'STALE_VERSION', 'Read again: å.', [{ pointer: '/measure/version', detail: 'is lower' }])
  await using gate = await aGateway({
    getPlan: async () => {
      throw new RejectionError(rejection)
    },
  })
  await expect(gate.client.getPlan({})).rejects.toMatchObject({ name: 'RejectionError', rejection })
  expect(gate.logged).toEqual([])
})

test.each([
  ['invalid', 'X', status.INVALID_ARGUMENT],
  ['invalid', cursorOutOfRange, status.OUT_OF_RANGE],
  ['forbidden', 'X', status.PERMISSION_DENIED],
  ['not-found', 'X', status.NOT_FOUND],
  ['conflict', 'X', status.FAILED_PRECONDITION],
  ['storage-full', 'X', status.RESOURCE_EXHAUSTED],
  ['unavailable', 'X', status.UNAVAILABLE],
] as const)('%s with code %s is status %i', async (kind, code, expected) => {
  await using gate = await aGateway({
    reportMeasure: async () => {
      throw new RejectionError(reject(kind, code, '\ud800 is no character'))
    },
  })
  expect((await sendBytes(gate.address, aReport()))!.code).toBe(expected)
})

test('a bug tells the caller nothing and is logged once', async () => {
  await using gate = await aGateway({
    reportMeasure: async () => {
      throw new Error('canary')
    },
  })
  const error = await sendBytes(gate.address, aReport())
  expect(error!.code).toBe(status.INTERNAL)
  expect(JSON.stringify([error, error!.metadata.getMap()])).not.toContain('canary')
  expect(gate.logged).toHaveLength(1)
})

test('the signal tells a handler that its caller has gone', async () => {
  const started = Promise.withResolvers<AbortSignal>()
  await using gate = await aGateway({
    getPlan: async (_, { signal }) => {
      started.resolve(signal)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return {}
    },
  })
  const leave = new AbortController()
  const call = gate.client.getPlan({}, { signal: leave.signal })
  const signal = await started.promise
  leave.abort()
  await expect(call).rejects.toMatchObject({ rejection: { code: 'CANCELLED' } })
  await expect.poll(() => signal.aborted).toBe(true)
})

test('a caller whose deadline passes is told so, whatever the handler does', async () => {
  await using gate = await aGateway({ getPlan: () => new Promise(() => {}) })
  await expect(gate.client.getPlan({}, { deadlineMs: 50 })).rejects.toMatchObject({
    rejection: { kind: 'unavailable', code: 'DEADLINE_EXCEEDED' },
  })
})

test('after closing nothing is admitted, and what is at hand is finished first', async () => {
  const begun = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  await using gate = await aGateway({
    getPlan: async () => {
      begun.resolve()
      await go.promise
      return { measures: [{ ref: 'whole' }] }
    },
  })
  const call = gate.client.getPlan({})
  await begun.promise
  const closed = gate.close(5_000)
  await expect(gate.client.reportMeasure({})).rejects.toMatchObject({ rejection: { kind: 'unavailable' } })
  go.resolve()
  expect((await call).measures).toHaveLength(1)
  await closed
})

test('what lies behind a refusal is logged, with the method it happened in', async () => {
  const cause = Object.assign(new Error('canary'), { code: 'ECONNREFUSED' })
  await using gate = await aGateway({
    reportMeasure: async () => {
      throw new RejectionError(reject('unavailable', 'JOURNEY_UNREACHABLE', 'Try again.'), { cause })
    },
  })
  await expect(gate.client.reportMeasure({})).rejects.toMatchObject({ rejection: { code: 'JOURNEY_UNREACHABLE' } })
  expect(gate.logged.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', method: path.slice(1), code: 'JOURNEY_UNREACHABLE', err: { cause: { code: 'ECONNREFUSED' } } },
  ])
  expect(gate.logged.join('')).not.toContain('canary')
})
