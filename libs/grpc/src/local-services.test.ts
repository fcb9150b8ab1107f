import { gateway } from '@samresa/contracts'
import { RejectionError, reject } from '@samresa/kernel'
import { expect, test } from 'vitest'
import { createGrpcClient } from './client.ts'
import { createLocalServices } from './local-services.ts'
import type { Implementation } from './service-types.ts'

type Gateway = Implementation<typeof gateway.AgencyGatewayService>

function served(handlers: Partial<Gateway>) {
  const local = createLocalServices()
  local.serve(gateway.AgencyGatewayService, handlers as Gateway)
  return createGrpcClient(gateway.AgencyGatewayService, local)
}

test('a call in the same process fills in messages on both sides and carries the context given', async () => {
  const client = served({
    getPlan: async ({ participantId, $typeName }, { context }) => ({
      measures: [{ ref: `${$typeName} ${participantId} ${context.actor.user}` }],
    }),
  })
  const context = { actor: { user: 'anna', role: 'caseworker' as const }, purpose: 'planning' as const, correlationId: 'c-1' }
  const answer = await client.getPlan({ participantId: 'p-1' }, { context })
  expect(answer).toMatchObject({ conflicts: [], measures: [{ ref: 'samresa.agency.v1.GetPlanRequest p-1 anna', masked: false }] })
})

test('a refusal passes as it is', async () => {
  const refusal = new RejectionError(reject('not-found', 'NOT_FOUND', 'No.'))
  const client = served({ getPlan: () => Promise.reject(refusal) })
  await expect(client.getPlan({})).rejects.toBe(refusal)
})

test('a service that nobody serves yet is unavailable, not a bug', async () => {
  const local = createLocalServices()
  const client = createGrpcClient(gateway.AgencyGatewayService, local)
  await expect(client.getPlan({})).rejects.toMatchObject({ rejection: { kind: 'unavailable' } })
  await expect(Array.fromAsync(client.subscribePlanChanges({}))).rejects.toMatchObject({ rejection: { kind: 'unavailable' } })
})

test('a stream hands over one message at a time and ends with its handler', async () => {
  const sent: number[] = []
  const client = served({
    subscribePlanChanges: async (_, __, send) => {
      for (let n = 0; n < 3; n += 1) {
        await send({ cursor: String(n) })
        sent.push(n)
      }
    },
  })
  const seen: string[] = []
  for await (const { cursor } of client.subscribePlanChanges({})) {
    expect(sent).toHaveLength(seen.length)
    seen.push(cursor)
  }
  expect(seen).toEqual(['0', '1', '2'])
})

test('a reader that leaves aborts the signal of the handler and refuses its next message', async () => {
  const outcome = Promise.withResolvers<unknown>()
  const client = served({
    subscribePlanChanges: async (_, { signal }, send) => {
      await send({ cursor: '0' })
      await send({ cursor: '1' }).catch((error: unknown) => outcome.resolve([signal.aborted, error]))
    },
  })
  for await (const _ of client.subscribePlanChanges({})) break
  expect(await outcome.promise).toMatchObject([true, { rejection: { code: 'READER_GONE' } }])
})

test('a caller may end a stream by its own signal', async () => {
  const client = served({ subscribePlanChanges: () => new Promise(() => {}) })
  const leave = new AbortController()
  const end = Array.fromAsync(client.subscribePlanChanges({}, { signal: leave.signal }))
  leave.abort(new Error('enough'))
  await expect(end).rejects.toThrow('enough')
})
