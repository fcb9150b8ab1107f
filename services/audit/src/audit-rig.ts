import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedBus } from '@samresa/bus'
import { directory } from '@samresa/contracts'
import { createLocalServices } from '@samresa/grpc'
import type { TokenVerifier } from '@samresa/identity'
import { type Actor, newId, notFound, RejectionError, reject } from '@samresa/kernel'
import { emptyHead, headOf, openEmbeddedStore, type StoredEvent } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'
import { createAuditService } from './service.ts'

export const yonas = '1f6c1b7a-7b5c-4d8e-9a53-0f1f6c1b7a10'
export const rania = '2f6c1b7a-7b5c-4d8e-9a53-0f1f6c1b7a10'

const actors: Record<string, Actor> = {
  auditor: { user: 'auditor', role: 'auditor' },
  anna: { user: 'anna', role: 'caseworker', agency: 'AME' },
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

const services = ['journey', 'planning', 'agency-sync', 'audit'] as const
type Service = (typeof services)[number]

/** Audit on embedded engines in a data folder, beside the stores of services whose events the test tells. */
export async function startAuditRig() {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-audit-'))
  const logger = createLogger({ service: 'audit', level: 'silent' })
  const open = async (service: Service) => [service, await openEmbeddedStore({ file: join(folder, `${service}.db`) })] as const
  const stores = Object.fromEntries(await Promise.all(services.map(open))) as Record<Service, Awaited<ReturnType<typeof openEmbeddedStore>>>
  const logs = Object.fromEntries(services.map((service) => [service, stores[service].commits]))

  const timeline: { eventId: string; type: string; participantId: string; shownAt: string; correlationId: string }[] = []
  const local = createLocalServices()
  local.serve(directory.DirectoryService, {
    findParticipant: async ({ person: { value } }) => {
      if (value !== yonas && value !== rania) throw new RejectionError(notFound())
      return { participant: { participantId: value } }
    },
    listTimelineEvidence: async ({ correlationId }) => ({ rows: timeline.filter((row) => row.correlationId === correlationId) }),
  })

  const disk = { full: false }
  const start = async () => {
    const { append } = stores.audit.commits
    const refusing: typeof append = (draft, after) =>
      disk.full ? Promise.reject(new RejectionError(reject('storage-full', 'STORAGE_FULL', 'Make room.'))) : append(draft, after)
    const store = { ...stores.audit, commits: { ...stores.audit.commits, append: refusing } }
    const bus = createEmbeddedBus({ logs, documents: store.documents, logger })
    return {
      bus,
      service: await createAuditService({ store, bus, verifier, logger, host: '127.0.0.1', port: 0, peers: { journey: local } }),
    }
  }
  let running = await start()
  const stopAudit = async () => {
    await running.service.close()
    await running.bus.close()
  }
  let stopped = false

  /** The service commits these events at this time of the machine's clock. */
  async function commit(service: Service, stream: string, about: { at: string; correlationId: string }, ...events: StoredEvent[]) {
    const earlier = (await stores[service].commits.readStream(stream)).at(-1)
    const draft = { stream, commitId: newId(), events, actor: actors['anna']!, purpose: 'planning', ...about }
    await stores[service].commits.append(draft, earlier === undefined ? emptyHead : headOf(earlier))
  }

  return {
    folder,
    timeline,
    /** While full, audit's commits are refused. */
    disk,
    commit,
    witnessChain: () => stores.audit.commits.readStream('witness'),
    caughtUp: () => running.service.caughtUp(),
    async get(user: string, path: string) {
      const headers = { authorization: `Bearer ${user}`, 'samresa-purpose': 'audit' }
      const response = await fetch(`${running.service.url}${path}`, { headers })
      // biome-ignore lint/suspicious/noExplicitAny: each test knows the answer it asks for
      return { status: response.status, body: (await response.json()) as any }
    },
    async restartAudit() {
      await stopAudit()
      running = await start()
    },
    /** Ends everything as a stopped instance does; the folder stays. */
    async stop() {
      if (stopped) return
      stopped = true
      await stopAudit()
      await Promise.all(services.map((service) => stores[service].close()))
    },
    async [Symbol.asyncDispose]() {
      await this.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const about = (type: string, subject: string, data: object): StoredEvent => ({
  id: newId(),
  type,
  subject,
  time: '2026-04-29T07:00:00.000Z',
  data,
})

export const reported = (receivedAt: string) => about('samresa.agency.v1.MeasureReported', yonas, { agency: 'AF', receivedAt })
export const recorded = () => about('samresa.planning.v1.AgencyMeasureRecorded', yonas, { owner: 'AF' })
export const accessed = (participantId: string, data: object) =>
  about('samresa.access.v1.AccessRecorded', participantId, {
    at: '2026-11-22T02:00:00.500Z',
    user: 'anna',
    agency: 'AME',
    role: 'caseworker',
    service: 'planning',
    route: 'GET /v1/participants/:id/plan',
    purpose: 'planning',
    decision: 'ALLOWED',
    correlationId: 'read-1',
    ...data,
  })
