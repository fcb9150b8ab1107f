import { createAccessLog } from '@samresa/access-log'
import { type EventBus, parked } from '@samresa/bus'
import { directory as directoryContract } from '@samresa/contracts'
import { createDirectory, maxAgeOf } from '@samresa/directory'
import { createGrpcClient, type GrpcTarget, type LocalServices } from '@samresa/grpc'
import { addParkedRoutes, createHttpService, type Health } from '@samresa/http'
import type { TokenVerifier } from '@samresa/identity'
import type { BusinessClock } from '@samresa/kernel'
import type { Seal } from '@samresa/seal'
import type { Store } from '@samresa/store'
import type { Logger } from '@samresa/telemetry'
import { createChangeMeasures } from './application/change-measures.ts'
import { createConflicts } from './application/conflicts.ts'
import { createPlans } from './application/plans.ts'
import { createProposalIndex } from './application/proposal-index.ts'
import { createProposals } from './application/proposals.ts'
import { createFindReader } from './application/readers.ts'
import { createRegion, type RegionFacts } from './domain/region.ts'
import { subscribeToAgencies } from './inbound/events/agency.consumers.ts'
import { servePlans } from './inbound/grpc/plan.server.ts'
import { addConflictRoutes } from './inbound/http/conflict.routes.ts'
import { addMeasureRoutes } from './inbound/http/measure.routes.ts'
import { addPlanRoutes } from './inbound/http/plan.routes.ts'
import { addProposalRoutes } from './inbound/http/proposal.routes.ts'

export interface PlanningDependencies {
  store: Pick<Store, 'commits' | 'documents'>
  bus: EventBus
  seal: Seal
  verifier: TokenVerifier
  businessClock: BusinessClock
  logger: Logger
  host: string
  port: number
  /** Where planning answers the other services. */
  inner: Pick<LocalServices, 'serve'>
  peers: { journey: GrpcTarget }
  /** Names this process among several of the service. */
  instance?: string
  /** How the process is, for whoever runs it. */
  health?: Health
  region: RegionFacts
}

export interface PlanningService {
  url: string
  caughtUp(): Promise<void>
  close(): Promise<void>
}

const description = 'The individual plan: measures, weekly schedules, conflicts, proposals. / Den individuella planen.'

export async function createPlanningService(deps: PlanningDependencies): Promise<PlanningService> {
  const { store, bus, seal, verifier, businessClock, logger, host, port, inner, peers, instance, health } = deps
  const { commits, documents } = store
  const region = createRegion(deps.region)
  const journey = createGrpcClient(directoryContract.DirectoryService, peers.journey)
  const directory = createDirectory({ client: journey, maxAgeMs: maxAgeOf(peers.journey) })
  const plans = createPlans({ commits, seal, directory, region, businessClock })
  const index = createProposalIndex(documents)
  const findReader = createFindReader({ directory, businessClock })
  const measures = createChangeMeasures({ plans, commits, findReader })
  const conflicts = createConflicts({ plans, commits, findReader, region })
  const proposals = createProposals({ plans, index, findReader, region, businessClock })
  const accessLog = createAccessLog({ commits, service: 'planning', instance })
  const http = createHttpService({
    service: 'planning',
    title: 'Samresa planning',
    description,
    verifier,
    accessLog,
    logger,
    host,
    port,
    ...health,
  })
  const routes = { http, plans, findReader, measures, conflicts, proposals, region }
  addParkedRoutes(http, parked(documents))
  addPlanRoutes(routes)
  addMeasureRoutes(routes)
  addConflictRoutes(routes)
  addProposalRoutes(routes)
  servePlans({ inner, plans, proposals: index, directory, region })
  const agencies = await subscribeToAgencies({ bus, seal, plans, logger })
  const url = await http.listen()
  return {
    url,
    caughtUp: () => agencies.caughtUp(),
    async close() {
      await http.close()
      await agencies.close()
      await accessLog.close()
      journey.close()
    },
  }
}
