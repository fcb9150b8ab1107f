import { createAccessLog } from '@samresa/access-log'
import { type EventBus, parked } from '@samresa/bus'
import type { LocalServices } from '@samresa/grpc'
import { addParkedRoutes, createHttpService, type Health } from '@samresa/http'
import type { TokenVerifier } from '@samresa/identity'
import type { BusinessClock } from '@samresa/kernel'
import type { Seal } from '@samresa/seal'
import { createStreamHandler, type Store } from '@samresa/store'
import type { Logger } from '@samresa/telemetry'
import { createChangeConsents } from './application/change-consents.ts'
import { createDescribeParticipants } from './application/describe-participants.ts'
import { createEnrolParticipant } from './application/enrol-participant.ts'
import { createFollowTimeline } from './application/follow-timeline.ts'
import { createLiveRows, createSharedLiveRows } from './application/live-rows.ts'
import { createParticipantRecords } from './application/participant-records.ts'
import { createReadTimeline } from './application/read-timeline.ts'
import { participantDecider } from './domain/participant.ts'
import { consumeTimeline } from './inbound/events/timeline.consumer.ts'
import { serveDirectory } from './inbound/grpc/directory.server.ts'
import { consentRoutes } from './inbound/http/consent.routes.ts'
import { participantRoutes } from './inbound/http/participant.routes.ts'
import { timelineRoutes } from './inbound/http/timeline.routes.ts'
import { createDocumentTimelineRows, watchTimelineRows } from './outbound/timeline-rows.documents.ts'
import { createDocumentVault } from './outbound/vault.documents.ts'

export interface JourneyDependencies {
  store: Pick<Store, 'commits' | 'documents'>
  bus: EventBus
  seal: Seal
  verifier: TokenVerifier
  businessClock: BusinessClock
  logger: Logger
  host: string
  /** 0 is any free one. */
  port: number
  /** Where journey answers the other services. */
  inner: Pick<LocalServices, 'serve'>
  /** Names this process among several of the service. */
  instance?: string
  /** How the process is, for whoever runs it. */
  health?: Health
}

export interface JourneyService {
  url: string
  /** Resolves when the timeline shows everything told before this call. */
  caughtUp(): Promise<void>
  close(): Promise<void>
}

/** Starts journey: who the participants are, what they consent to, and their shared timeline. */
export async function createJourneyService(deps: JourneyDependencies): Promise<JourneyService> {
  const { store, bus, seal, verifier, businessClock, logger, host, port, inner, instance, health } = deps
  const { commits, documents } = store
  const streams = createStreamHandler({
    commits,
    decider: participantDecider,
    streamOf: (participantId) => `participant-${participantId}`,
    seal: seal.sealEvent,
    open: seal.openEvent,
    time: ({ data }) => data.occurredAt!,
  })
  const vault = createDocumentVault({ documents, seal })
  const shared = !commits.soleWriter
  const rows = createDocumentTimelineRows(documents, { shared })
  const live = shared ? createSharedLiveRows(watchTimelineRows(documents)) : createLiveRows()
  const records = createParticipantRecords({ streams, vault })
  const accessLog = createAccessLog({ commits, service: 'journey', instance })

  const http = createHttpService({
    service: 'journey',
    title: 'Samresa: deltagare och tidslinje / journey',
    description: 'Vem deltagaren är, samtycken och den gemensamma tidslinjen. Who the participant is, consents, and the shared timeline.',
    verifier,
    accessLog,
    logger,
    host,
    port,
    ...health,
  })
  participantRoutes(http, {
    enrol: createEnrolParticipant({ streams, vault, accessLog, businessClock, shared }),
    describe: createDescribeParticipants({ records, vault }),
    accessLog,
  })
  consentRoutes(http, { consents: createChangeConsents({ streams, records, businessClock }) })
  timelineRoutes(http, {
    read: createReadTimeline({ records, rows, seal, businessClock }),
    follow: createFollowTimeline({ records, rows, live, seal, accessLog, businessClock }),
  })
  addParkedRoutes(http, parked(documents))
  serveDirectory(inner, { records, rows })
  const timeline = await consumeTimeline({ bus, documents, live })
  const url = await http.listen()

  return {
    url,
    caughtUp: () => timeline.caughtUp(),
    close: async () => {
      await http.close()
      await accessLog.close()
      await timeline.close()
      live.close()
    },
  }
}
