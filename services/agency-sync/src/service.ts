import { createAccessLog } from '@samresa/access-log'
import { type EventBus, parked } from '@samresa/bus'
import { directory as directoryContract, gateway, planService } from '@samresa/contracts'
import { createDirectory, maxAgeOf } from '@samresa/directory'
import { createGrpcClient, createGrpcServer, cursorOutOfRange, type GrpcTarget } from '@samresa/grpc'
import { addParkedRoutes, createHttpService, type Health } from '@samresa/http'
import type { TokenVerifier } from '@samresa/identity'
import { type Agency, type BusinessClock, machineClock, newId, within } from '@samresa/kernel'
import type { Seal } from '@samresa/seal'
import { createStreamHandler, type Leases, type Store } from '@samresa/store'
import type { Logger } from '@samresa/telemetry'
import { createRecordDenied } from './application/denied-calls.ts'
import { createFeedCursors } from './application/feed-cursor.ts'
import { contentHashWith } from './application/message-content.ts'
import { openOutwardFeed } from './application/outward-feed.ts'
import { createPlanExport } from './application/plan-export.ts'
import { createPlanSubscription } from './application/plan-subscription.ts'
import { createPlannedVersions } from './application/planned-versions.ts'
import { createReadPlan } from './application/read-plan.ts'
import { createReceiveMessage, reportsStreamOf, subjectOf } from './application/receive-message.ts'
import { createReportMeasure } from './application/report-measure.ts'
import { createRespondToProposal } from './application/respond-to-proposal.ts'
import { reportsDecider } from './domain/reports.ts'
import { consumePlanChanges } from './inbound/events/plan-changes.consumer.ts'
import { agencyGatewayServer } from './inbound/grpc/agency-gateway.server.ts'
import { addReportsRoutes } from './inbound/http/reports.routes.ts'
import { exportProgressIn } from './outbound/plan-export.documents.ts'
import { type Publisher, plansToTopics } from './outbound/plan-export.topics.ts'
import { plansFromPlanning } from './outbound/plans.planning.ts'

export interface AgencySyncDependencies {
  store: Pick<Store, 'commits' | 'documents'>
  bus: EventBus
  seal: Seal
  verifier: TokenVerifier
  businessClock: BusinessClock
  logger: Logger
  host: string
  /** Of the REST routes; 0 is any free one. */
  port: number
  /** Of AgencyGatewayService; 0 is any free one. */
  gatewayPort: number
  /** Its certificate, PEM. Without one its connections are not encrypted: for loopback, or behind something that ends TLS. */
  gatewayTls?: { cert: Buffer; key: Buffer }
  peers: { journey: GrpcTarget; planning: GrpcTarget }
  /** Agencies that are told of plan changes on a topic of their own; of several processes, the one with the lease does it. */
  exports?: { agencies: readonly Agency[]; publisher: Publisher; leases?: Leases; owner?: string }
  /** Names this process among several of the service. */
  instance?: string
  /** How the process is, for whoever runs it. */
  health?: Health
}

export interface AgencySyncService {
  url: string
  /** host:port of AgencyGatewayService. */
  gatewayAddress: string
  /** Resolves when everything that planning told before this call stands in the feed. */
  caughtUp(): Promise<void>
  close(): Promise<void>
}

/** How long closing waits for what planning has told already, and for a change that is being exported. */
const drainMs = 3_000

/** Starts agency-sync: reports and answers in with receipts, plan changes out. */
export async function createAgencySyncService(dependencies: AgencySyncDependencies): Promise<AgencySyncService> {
  const { store, bus, seal, verifier, businessClock, logger, host, port, gatewayPort, gatewayTls, peers, exports, instance, health } =
    dependencies
  const { commits, documents } = store
  const open = seal.openEvent

  const journey = createGrpcClient(directoryContract.DirectoryService, peers.journey)
  const planning = createGrpcClient(planService.PlanService, peers.planning)
  const directory = createDirectory({ client: journey, maxAgeMs: maxAgeOf(peers.journey) })
  const plans = plansFromPlanning(planning)
  const accessLog = createAccessLog({ commits, service: 'agency-sync', instance })
  const stream = createStreamHandler({
    commits,
    decider: reportsDecider,
    streamOf: reportsStreamOf,
    subjectOf,
    seal: seal.sealEvent,
    open,
    time: ({ data }) => data.occurredAt!,
  })

  const shared = !commits.soleWriter
  const plannedVersions = createPlannedVersions(documents, { open, shared })
  const feed = await openOutwardFeed(documents, { shared })
  const consumer = await consumePlanChanges({ bus, documents, feed, plannedVersions })

  const receive = createReceiveMessage({ stream, businessClock, machineClock })
  const contentHash = contentHashWith(seal.deriveKey('agency-sync|message-content'))
  const cursors = createFeedCursors(seal.deriveKey('agency-sync|feed-cursor'))
  const recordDenied = createRecordDenied({ accessLog, directory, proposals: plans.proposals })
  const reportMeasure = createReportMeasure({ receive, directory, plannedVersions, contentHash, recordDenied })

  const subscribe = createPlanSubscription({ feed, cursors, directory, open, accessLog, businessClock, outOfRange: cursorOutOfRange })
  const planExport =
    exports &&
    createPlanExport({
      subscribe,
      cursors,
      publisher: plansToTopics(exports.publisher),
      progress: exportProgressIn(documents),
      ...(exports.leases && { leases: exports.leases }),
      owner: exports.owner ?? newId(),
      logger,
    })(exports.agencies)

  const grpc = createGrpcServer({ verifier, logger, ...(gatewayTls !== undefined && { tls: gatewayTls }) })
  grpc.serve(
    gateway.AgencyGatewayService,
    agencyGatewayServer({
      reportMeasure,
      respondToProposal: createRespondToProposal({ receive, directory, proposals: plans.proposals, contentHash }),
      readPlan: createReadPlan({ directory, plans, accessLog, businessClock }),
      subscribe,
      recordDenied,
      machineClock,
    }),
  )
  const http = createHttpService({
    service: 'agency-sync',
    title: 'Samresa agency-sync',
    description: 'Myndigheternas anmälningar, med kvitton / What agencies report, with receipts',
    verifier,
    accessLog,
    logger,
    host,
    port,
    ...health,
  })
  addParkedRoutes(http, parked(documents))
  addReportsRoutes(http, { reportMeasure, recordDenied, machineClock })

  const gatewayAddress = `${host}:${await grpc.listen(host, gatewayPort)}`
  const url = await http.listen()
  return {
    url,
    gatewayAddress,
    caughtUp: () => consumer.caughtUp(),
    close: async () => {
      await Promise.all([http.close(), grpc.close(), within(planExport?.close() ?? Promise.resolve(), drainMs)])
      // What cannot be written now stands in the log and is taken up at the next start.
      await within(consumer.caughtUp(), drainMs)
      await consumer.close()
      feed.close()
      await accessLog.close()
      journey.close()
      planning.close()
    },
  }
}
