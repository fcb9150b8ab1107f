// The floor of the figures: an empty handler behind the same gRPC server, with one group-committed append. Says its address as JSON; ends on SIGTERM.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gateway } from '@samresa/contracts'
import { createGrpcServer } from '@samresa/grpc'
import { newId, RejectionError, reject } from '@samresa/kernel'
import { emptyHead, openEmbeddedStore } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'

const actor = { user: 'floor', role: 'service' } as const
const notPartOfTheFloor = async () => {
  throw new RejectionError(reject('not-found', 'NOT_FOUND', 'The floor answers to ReportMeasure only.'))
}

const folder = mkdtempSync(join(tmpdir(), 'samresa-floor-'))
const store = await openEmbeddedStore({ file: join(folder, 'floor.db') })
const server = createGrpcServer({
  verifier: { verify: async () => ({ actor, expiresAt: Number.MAX_SAFE_INTEGER }) },
  logger: createLogger({ service: 'floor' }),
})
server.serve(gateway.AgencyGatewayService, {
  reportMeasure: async (request) => {
    const id = newId()
    const at = new Date().toISOString()
    const event = {
      id,
      type: 'samresa.agency.v1.MeasureReported',
      subject: id,
      time: at,
      data: { title: request.measure?.title, ref: request.measure?.ref },
    }
    await store.commits.append({ stream: id, commitId: id, events: [event], actor, purpose: 'planning', correlationId: id, at }, emptyHead)
    return { receipt: { receiptId: id, messageId: request.messageId, result: gateway.Result.ACCEPTED } }
  },
  respondToProposal: notPartOfTheFloor,
  getPlan: notPartOfTheFloor,
  subscribePlanChanges: notPartOfTheFloor,
})
const port = await server.listen('127.0.0.1', 0)
process.stdout.write(`${JSON.stringify({ address: `127.0.0.1:${port}` })}\n`)
process.once('SIGTERM', () => {
  void (async () => {
    await server.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
    process.exit(0)
  })()
})
