import { gateway } from '@samresa/contracts'
import { type Actor, RejectionError, type Role, reject, serviceActor } from '@samresa/kernel'
import { createLogger } from '@samresa/telemetry'
import { createGrpcClient } from './client.ts'
import { createGrpcServer, type GrpcLimits } from './grpc-server.ts'
import type { Implementation } from './service-types.ts'

const afSystem: Actor = { user: 'af-system', role: 'agency-system', agency: 'AF' }

/** Handlers that answer with what they were given; tests replace the one they are about. */
const plain: Implementation<typeof gateway.AgencyGatewayService> = {
  reportMeasure: async ({ messageId }, { context }) => ({ receipt: { messageId, correlationId: context.correlationId } }),
  respondToProposal: async () => ({}),
  getPlan: async () => ({}),
  subscribePlanChanges: async () => {},
}

/** A gateway on a free port for tests, with a client. Tokens: `good`, `service` (one of our own services), `slow` (until `letPass`), `short` (for 300 ms), `keyless`; others are bad. */
export async function aGateway(handlers: Partial<typeof plain> = {}, limits: GrpcLimits = {}, roles?: readonly Role[]) {
  const logged: string[] = []
  const logger = createLogger({ service: 'agency-sync', destination: { write: (line) => void logged.push(line) } })
  const slow = Promise.withResolvers<void>()
  let asked = 0
  const verify = async (token: string) => {
    asked += 1
    if (token === 'slow') await slow.promise
    if (token === 'good' || token === 'slow') return { actor: afSystem, expiresAt: Date.now() + 60_000 }
    if (token === 'service') return { actor: serviceActor('planning'), expiresAt: Date.now() + 60_000 }
    if (token === 'short') return { actor: afSystem, expiresAt: Date.now() + 300 }
    if (token === 'keyless') throw new RejectionError(reject('unavailable', 'KEYS_UNAVAILABLE', 'Try again.'))
    throw new RejectionError(reject('unauthenticated', 'TOKEN_INVALID', 'Get a new token.'))
  }
  const server = createGrpcServer({ verifier: { verify }, logger, limits, ...(roles && { roles }) })
  server.serve(gateway.AgencyGatewayService, { ...plain, ...handlers })
  const address = `127.0.0.1:${await server.listen('127.0.0.1', 0)}`
  const clients: { close(): void }[] = []
  const clientWith = (token: string) => {
    const client = createGrpcClient(gateway.AgencyGatewayService, { address, credentials: { token: () => token } })
    clients.push(client)
    return client
  }
  const close = async (deadlineMs?: number) => {
    await server.close(deadlineMs)
    for (const client of clients) client.close()
  }
  return {
    letPass: slow.resolve,
    asked: () => asked,
    address,
    client: clientWith('good'),
    clientWith,
    logged,
    close,
    [Symbol.asyncDispose]: () => close(200),
  }
}
