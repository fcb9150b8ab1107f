import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { createEmbeddedBus } from '@samresa/bus'
import { type agencyEvents, directory as directoryContract } from '@samresa/contracts'
import { createLocalServices } from '@samresa/grpc'
import type { TokenVerifier } from '@samresa/identity'
import { type Actor, businessClockFrom, machineClock, newId, notFound, RejectionError, reject } from '@samresa/kernel'
import { createSeal } from '@samresa/seal'
import { createStreamHandler, openEmbeddedStore } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'
import { smallRegion } from './domain/plan.builder.ts'
import { createPlanningService } from './service.ts'

const actors: Record<string, Actor> = {
  anna: { user: 'anna', role: 'caseworker', agency: 'AME' },
  eva: { user: 'eva', role: 'officer', agency: 'EB' },
  'af-officer': { user: 'af-officer', role: 'officer', agency: 'AF' },
}

/** Takes the user's name for a token. */
const verifier: TokenVerifier = {
  verify: async (token) => {
    const actor = actors[token]
    if (actor === undefined) throw new RejectionError(reject('unauthenticated', 'TOKEN_INVALID', 'Get a new token.'))
    return { actor, expiresAt: Date.now() + 60_000 }
  },
}

export type AgencyEvent =
  | { type: 'samresa.agency.v1.MeasureReported'; data: agencyEvents.MeasureReportedJson }
  | { type: 'samresa.agency.v1.ProposalAnswerReported'; data: agencyEvents.ProposalAnswerReportedJson }

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers differ by route and are checked field by field
  body: any
  headers: Headers
}

/** Planning on embedded engines, with a journey that knows everybody as anna's, and an agency-sync whose events the test tells. */
export async function startPlanning() {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-planning-'))
  const openStore = (name: string) => openEmbeddedStore({ file: join(folder, `${name}.db`) })
  const [store, reports, keys] = await Promise.all([openStore('planning'), openStore('agency-sync'), openStore('keys')])
  const seal = createSeal({ documents: keys.documents, masterKey: Buffer.alloc(32, 7) })
  const logger = createLogger({ service: 'planning', level: 'silent' })
  const local = createLocalServices()
  local.serve(directoryContract.DirectoryService, {
    findParticipant: async ({ person: { value } }) => {
      if (value === undefined || value === 'nobody') throw new RejectionError(notFound())
      return {
        participant: create(directoryContract.ParticipantFactsSchema, {
          participantId: value,
          agencies: ['AME', 'AF', 'EB'],
          caseworkers: ['anna'],
          consents: ['AF', 'EB'].map((agency) =>
            create(directoryContract.ConsentSchema, { consentId: agency, between: ['AME', agency], from: '2025-11-03' }),
          ),
        }),
      }
    },
    listTimelineEvidence: async () => ({ rows: [] }),
  })
  const bus = createEmbeddedBus({ logs: { 'agency-sync': reports.commits }, documents: store.documents, logger })
  const businessClock = businessClockFrom(Temporal.Instant.from('2026-04-28T06:00:00Z'), machineClock.now())
  const at = { host: '127.0.0.1', port: 0, inner: local, peers: { journey: local }, region: smallRegion }
  const service = await createPlanningService({ store, bus, seal, verifier, businessClock, logger, ...at })
  const agencySync = createStreamHandler<undefined, AgencyEvent, AgencyEvent>({
    commits: reports.commits,
    decider: { initial: undefined, decide: (event) => ({ events: [event] }), evolve: () => undefined },
    streamOf: (participantId) => `reports-${participantId}`,
    seal: seal.sealEvent,
    open: seal.openEvent,
    time: () => '2026-04-28T06:00:00.000Z',
  })

  return {
    store,
    async call(user: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
      const response = await fetch(`${service.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${user}`,
          'samresa-purpose': 'planning',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: await response.json(), headers: response.headers }
    },
    /** Agency-sync tells this event, and planning has heard it. */
    async agencyTells(participantId: string, event: AgencyEvent) {
      const call = { actor: actors['af-officer']!, purpose: 'planning' as const, correlationId: newId(), commandId: newId() }
      await agencySync.execute(participantId, event, call)
      await service.caughtUp()
    },
    async [Symbol.asyncDispose]() {
      await service.close()
      await bus.close()
      await Promise.all([store.close(), reports.close(), keys.close()])
      await rm(folder, { recursive: true })
    },
  }
}
