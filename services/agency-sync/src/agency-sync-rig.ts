import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { createEmbeddedBus } from '@samresa/bus'
import { type DomainEvent, directory as directoryContract, gateway, type planning, planService } from '@samresa/contracts'
import { createGrpcClient, createLocalServices } from '@samresa/grpc'
import type { TokenVerifier } from '@samresa/identity'
import { type Actor, businessClockFrom, machineClock, measureIdFrom, newId, notFound, RejectionError, reject } from '@samresa/kernel'
import { createSeal } from '@samresa/seal'
import { createStreamHandler, openEmbeddedStore } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'
import { createAgencySyncService } from './service.ts'

export const yonas = '1f6c1b7a-7b5c-4d8e-9a53-0f1f6c1b7a10'
export const yonasNumber = '19780903-2399'

export const actors: Record<string, Actor> = {
  'af-system': { user: 'af-system', role: 'agency-system', agency: 'AF' },
  'fk-system': { user: 'fk-system', role: 'agency-system', agency: 'FK' },
  eva: { user: 'eva', role: 'officer', agency: 'EB' },
  anna: { user: 'anna', role: 'caseworker', agency: 'AME' },
  nils: { user: 'nils', role: 'caseworker', agency: 'AME' },
  yonas: { user: 'yonas', role: 'participant', participantId: yonas },
}

/** Takes the user's name for a token. */
const verifier: TokenVerifier = {
  verify: async (token) => {
    const actor = actors[token]
    if (actor === undefined) throw new RejectionError(reject('unauthenticated', 'TOKEN_INVALID', 'Get a new token.'))
    return { actor, expiresAt: Date.now() + 60_000 }
  },
}

type PlanEvent = DomainEvent<`samresa.planning.v1.${string}` & DomainEvent['type']>

export const matching: gateway.MeasureJson = {
  ref: 'M2.4',
  version: '1',
  title: 'Rusta och matcha 2',
  areas: ['job'],
  place: 'STO',
  weekly: [{ days: ['MO', 'WE'], start: '09:00', end: '12:00' }],
  from: '2026-05-04',
  to: '2026-11-03',
}

export const matchingId = measureIdFrom(yonas, 'AF', 'M2.4')

const factsOfYonas = () => ({
  agencies: ['AME', 'AF', 'FK', 'EB'],
  caseworkers: ['anna'],
  consents: [create(directoryContract.ConsentSchema, { consentId: 'c1', between: ['AME', 'AF'], from: '2025-11-03' })],
})

/** Agency-sync on embedded engines, with a journey that knows Yonas and a planning whose events the test tells. */
export async function startRig() {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-agency-sync-'))
  const openStore = (name: string) => openEmbeddedStore({ file: join(folder, `${name}.db`) })
  const [store, planningStore, keyStore] = await Promise.all([openStore('agency-sync'), openStore('planning'), openStore('keys')])
  const seal = createSeal({ documents: keyStore.documents, masterKey: randomBytes(32) })
  const logger = createLogger({ service: 'agency-sync', level: 'silent' })
  const local = createLocalServices()
  const person = { id: yonas }
  const asked = { times: 0 }
  const facts = factsOfYonas()
  const proposal = { id: 'p-1', state: gateway.ProposalState.OPEN as gateway.ProposalState }
  local.serve(directoryContract.DirectoryService, {
    findParticipant: async ({ person: { value } }) => {
      if (value === person.id) asked.times += 1
      if (value !== person.id && value !== yonasNumber.replace('-', '')) throw new RejectionError(notFound())
      return { participant: create(directoryContract.ParticipantFactsSchema, { participantId: person.id, ...facts }) }
    },
    listTimelineEvidence: async () => ({ rows: [] }),
  })
  const plan: Pick<planService.GetPlanResponse, 'measures' | 'conflicts' | 'proposals'> = { measures: [], conflicts: [], proposals: [] }
  local.serve(planService.PlanService, {
    getPlan: async () => plan,
    findProposal: async ({ proposalId }) => {
      if (proposalId !== proposal.id) throw new RejectionError(notFound())
      return {
        participantId: person.id,
        conflictId: 'k',
        state: proposal.state,
        parties: [],
        optionIds: ['A', 'B'],
        answeringAgencies: ['AF'],
      }
    },
  })

  const planning = createStreamHandler<undefined, PlanEvent[], PlanEvent>({
    commits: planningStore.commits,
    decider: { initial: undefined, decide: (events) => ({ events }), evolve: () => undefined },
    streamOf: (key) => `plan-${key}`,
    seal: seal.sealEvent,
    open: seal.openEvent,
    time: () => '2026-04-29T07:00:00.000Z',
  })

  const open = async () => {
    const bus = createEmbeddedBus({ logs: { planning: planningStore.commits }, documents: store.documents, logger })
    const businessClock = businessClockFrom(Temporal.Instant.from('2026-04-29T07:00:00Z'), machineClock.now())
    const service = await createAgencySyncService({
      store,
      bus,
      seal,
      verifier,
      businessClock,
      logger,
      host: '127.0.0.1',
      port: 0,
      gatewayPort: 0,
      peers: { journey: local, planning: local },
    })
    return { bus, service }
  }
  let running = await open()

  return {
    store,
    facts,
    /** How often somebody asked about the participant at hand. */
    asked,
    plan,
    proposal,
    url: () => running.service.url,
    /** A client on its own connection, with the user's name for a token. */
    clientOf: (user: string) =>
      createGrpcClient(gateway.AgencyGatewayService, { address: running.service.gatewayAddress, credentials: { token: () => user } }),
    /** Planning tells these events, in one commit under the correlation. */
    async planningTells(correlationId: string, ...events: PlanEvent[]) {
      const call = { actor: actors['anna']!, purpose: 'planning' as const, correlationId, commandId: newId() }
      await planning.execute(person.id, events, call)
      await running.service.caughtUp()
    },
    /** Of the participant at hand, or of somebody else. */
    accessRecords: async (participantId = person.id) =>
      (await store.commits.readStream('access-agency-sync'))
        .flatMap(({ events }) => events)
        .filter(({ subject }) => subject === participantId),
    /** Somebody else takes Yonas's place: nobody knows the one before any more. */
    anotherParticipant() {
      person.id = newId()
      asked.times = 0
      Object.assign(facts, factsOfYonas())
      return person.id
    },
    async restart() {
      await running.service.close()
      await running.bus.close()
      running = await open()
    },
    async [Symbol.asyncDispose]() {
      await running.service.close()
      await running.bus.close()
      await Promise.all([store.close(), planningStore.close(), keyStore.close()])
      await rm(folder, { recursive: true })
    },
  }
}

export const recorded = (measure: gateway.MeasureJson, owner = 'AF'): PlanEvent => ({
  type: 'samresa.planning.v1.AgencyMeasureRecorded',
  data: { measureId: measureIdFrom(yonas, owner, measure.ref!), owner, measure, occurredAt: '2026-04-29T07:00:00.000Z' },
})

export const added = (measure: gateway.MeasureJson, owner = 'AME'): PlanEvent => ({
  type: 'samresa.planning.v1.MeasureAdded',
  data: { measureId: measureIdFrom(yonas, owner, measure.ref!), owner, measure, agreed: true, occurredAt: '2026-04-29T07:00:00.000Z' },
})

export const detected = (parties: planning.PartyJson[]): PlanEvent => ({
  type: 'samresa.planning.v1.ConflictDetected',
  data: {
    conflictId: 'k-1',
    severity: 'high',
    owner: 'AF',
    parties,
    finding: { code: 'TIME_OVERLAP' },
    occurredAt: '2026-04-29T07:00:00.000Z',
  },
})
