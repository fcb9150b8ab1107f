import { createAccessLog } from '@samresa/access-log'
import { type EventBus, parked } from '@samresa/bus'
import { directory as directoryContract } from '@samresa/contracts'
import { createDirectory, maxAgeOf } from '@samresa/directory'
import { createGrpcClient, type GrpcTarget } from '@samresa/grpc'
import { addParkedRoutes, createHttpService, type Health } from '@samresa/http'
import type { TokenVerifier } from '@samresa/identity'
import { machineClock, within } from '@samresa/kernel'
import type { Store } from '@samresa/store'
import type { Logger } from '@samresa/telemetry'
import { createEvidence } from './application/evidence.ts'
import { createReadEvidence } from './application/read-evidence.ts'
import { openWitness } from './application/witness.ts'
import { consumeEveryService } from './inbound/events/every-service.consumer.ts'
import { addEvidenceRoutes } from './inbound/http/evidence.routes.ts'

export interface AuditDependencies {
  store: Pick<Store, 'commits' | 'documents'>
  bus: EventBus
  verifier: TokenVerifier
  logger: Logger
  host: string
  /** 0 is any free one. */
  port: number
  peers: { journey: GrpcTarget }
  /** Names this process among several of the service. */
  instance?: string
  /** How the process is, for whoever runs it. */
  health?: Health
}

export interface AuditService {
  url: string
  /** Resolves when everything told before this call is witnessed and in evidence. */
  caughtUp(): Promise<void>
  close(): Promise<void>
}

/** How long closing waits for what others have told already. */
const drainMs = 3_000

/** Starts audit: the witness of every commit, traces, and who has read what. */
export async function createAuditService(dependencies: AuditDependencies): Promise<AuditService> {
  const { store, bus, verifier, logger, host, port, peers, instance, health } = dependencies
  const { commits, documents } = store
  const journey = createGrpcClient(directoryContract.DirectoryService, peers.journey)
  const accessLog = createAccessLog({ commits, service: 'audit', instance })

  const evidence = createEvidence(documents)
  const witness = await openWitness({ commits, documents, clock: machineClock })
  const consumer = await consumeEveryService({ bus, documents, witness, evidence, logger })

  const http = createHttpService({
    service: 'audit',
    title: 'Samresa audit',
    description: 'Spår, läsningar och bevis / Traces, accesses and evidence',
    verifier,
    accessLog,
    logger,
    host,
    port,
    ...health,
  })
  addParkedRoutes(http, parked(documents))
  addEvidenceRoutes(
    http,
    createReadEvidence({
      evidence,
      caughtUp: () => consumer.caughtUp(),
      timeline: { rowsUnder: async (correlationId) => (await journey.listTimelineEvidence({ correlationId })).rows },
      directory: createDirectory({ client: journey, maxAgeMs: maxAgeOf(peers.journey) }),
    }),
  )
  const url = await http.listen()
  return {
    url,
    caughtUp: () => consumer.caughtUp(),
    close: async () => {
      await http.close()
      await accessLog.close()
      // What cannot be written now stands in the logs of those who told it, and is witnessed at the next start.
      await within(consumer.caughtUp(), drainMs)
      await consumer.close()
      journey.close()
    },
  }
}
