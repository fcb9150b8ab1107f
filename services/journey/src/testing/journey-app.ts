import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedBus, type EventBus } from '@samresa/bus'
import type { access, DomainEvent } from '@samresa/contracts'
import { createLocalServices } from '@samresa/grpc'
import type { TokenVerifier } from '@samresa/identity'
import { type Actor, businessClockFrom, newId, RejectionError, reject, serviceActor, timestamp } from '@samresa/kernel'
import { createSeal } from '@samresa/seal'
import {
  type Document,
  type DocumentWrite,
  type EmbeddedStore,
  emptyHead,
  headOf,
  openEmbeddedStore,
  type Store,
  type StreamHead,
} from '@samresa/store'
import { createLogger } from '@samresa/telemetry'
import { createJourneyService } from '../service.ts'
import { followStream } from './followed-stream.ts'
import { personalNumbers } from './personal-numbers.ts'

const staff: Actor[] = [
  { user: 'anna', role: 'caseworker', agency: 'AME' },
  { user: 'nils', role: 'caseworker', agency: 'AME' },
  { user: 'eva', role: 'officer', agency: 'EB' },
  { user: 'frida', role: 'officer', agency: 'FK' },
  { user: 'vera', role: 'officer', agency: 'VUX' },
  { user: 'af-system', role: 'agency-system', agency: 'AF' },
  { user: 'auditor', role: 'auditor' },
  { user: 'operator', role: 'operator' },
  { user: 'scenario', role: 'scenario' },
]

export const enrolmentOf = (name: string, personalNumber: string, more: object = {}) => ({
  name,
  personalNumber,
  phone: '+46701740606',
  languages: ['ti'],
  agencies: ['AME', 'AF', 'FK', 'EB'],
  capacity: [{ from: '2026-01-01', hoursPerWeek: 40 }],
  consents: ['AF', 'EB', 'FK'].map((agency) => ({ between: ['AME', agency], from: '2025-11-03' })),
  ...more,
})

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers differ by route and are checked field by field
  body: any
  headers: Headers
}

/** The store as several processes have it: whoever writes documents, each hears of them. */
function asShared({ commits, documents }: EmbeddedStore): Pick<Store, 'commits' | 'documents'> {
  const watchers = new Set<(written: DocumentWrite[]) => void>()
  return {
    commits: { ...commits, soleWriter: false },
    documents: {
      ...documents,
      write: async (batch, durability) => {
        const result = await documents.write(batch, durability)
        if (result.outcome === 'written') for (const tell of watchers) tell(batch)
        return result
      },
      watch: <T>(collection: string, listener: (documents: Document<T>[]) => void) => {
        const tell = (written: DocumentWrite[]) =>
          listener(
            written.flatMap((write) => (write.op === 'put' && write.collection === collection ? [write.document as Document<T>] : [])),
          )
        watchers.add(tell)
        return () => watchers.delete(tell)
      },
    },
  }
}

/** Brings nothing: as to a process to which the broker has given no part of the topics. */
const silentBus: EventBus = {
  subscribe: async () => ({ caughtUp: async () => undefined, close: async () => undefined }),
}

/**
 * A running journey on embedded engines, with a planning service that tells whatever a test wants. A token is the user's name. Shared, there
 * are two processes of journey, of which the second hears no events.
 */
export async function startJourneyApp({ shared = false }: { shared?: boolean } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-journey-'))
  const [store, planning, keys] = await Promise.all(
    ['journey', 'planning', 'keys'].map((name) => openEmbeddedStore({ file: join(folder, `${name}.db`) })),
  )
  const logger = createLogger({ service: 'journey', level: 'silent' })
  const bus = createEmbeddedBus({ logs: { journey: store!.commits, planning: planning!.commits }, documents: store!.documents, logger })
  const seal = createSeal({ documents: keys!.documents, masterKey: Buffer.alloc(32, 7) })
  const actors = new Map(staff.map((actor) => [actor.user, actor]))
  const tokens = { livesMs: 600_000 }
  const verifier: TokenVerifier = {
    verify: async (token) => {
      const actor = actors.get(token)
      if (actor === undefined) throw new RejectionError(reject('unauthenticated', 'TOKEN_INVALID', 'Sign in.'))
      return { actor, expiresAt: Date.now() + tokens.livesMs }
    },
  }
  const start = Temporal.Instant.from('2026-04-28T06:00:00Z')
  const businessClock = businessClockFrom(start, Temporal.Now.instant())
  const local = createLocalServices()
  const engines = {
    store: shared ? asShared(store!) : store!,
    seal,
    verifier,
    businessClock,
    logger,
    host: '127.0.0.1',
    port: 0,
  }
  const service = await createJourneyService({ ...engines, bus, inner: local })
  const second = shared
    ? await createJourneyService({ ...engines, bus: silentBus, inner: createLocalServices(), instance: 'second' })
    : undefined

  const headersFor = (user: string, more: Record<string, string>): Record<string, string> => ({
    authorization: `Bearer ${user}`,
    ...(actors.get(user)?.role === 'participant' ? {} : { 'samresa-purpose': 'planning' }),
    ...more,
  })

  async function call(
    user: string,
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
    at = service,
  ): Promise<Answer> {
    const content = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await fetch(`${at.url}${path}`, {
      method,
      headers: headersFor(user, { ...content, ...more }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: await response.json(), headers: response.headers }
  }

  const numbers = personalNumbers()
  const heads = new Map<string, StreamHead>()

  return {
    service,
    seal,
    local,
    store: store!,
    call,
    tokens,
    /** Lets a participant sign in under a name. */
    letIn: (user: string, participantId: string) => actors.set(user, { user, role: 'participant', participantId }),
    /** Enrols somebody new as a caseworker, anna by default, and lets them in under a name of their own. */
    enrol: async (more: object = {}, by = 'anna') => {
      const personalNumber = numbers.next()
      const { body } = await call(by, 'POST', '/v1/participants', enrolmentOf('Yonas Tesfay', personalNumber, more))
      const id: string = body.participantId
      actors.set(id, { user: id, role: 'participant', participantId: id })
      return { id, personalNumber, user: id }
    },
    /** A caseworker of AME whom nobody knows yet. */
    aCaseworker: () => {
      const user = newId()
      actors.set(user, { user, role: 'caseworker', agency: 'AME' })
      return user
    },
    /** The personal number of somebody who is not enrolled. */
    aNumber: () => numbers.next(),
    /** Planning tells one commit of events about a participant; resolves when the timeline shows them. */
    planningTells: async (participantId: string, ...events: DomainEvent[]): Promise<string> => {
      const stream = `plan-${participantId}`
      const correlationId = newId()
      const time = (event: DomainEvent) => (event.data as { occurredAt?: string }).occurredAt ?? timestamp(businessClock.now())
      const stored = await Promise.all(
        events.map((event) =>
          seal.sealEvent({ id: newId(), type: event.type, subject: participantId, time: time(event), data: event.data }),
        ),
      )
      const draft = {
        stream,
        commitId: newId(),
        events: stored,
        actor: serviceActor('planning'),
        purpose: 'planning',
        correlationId,
        at: timestamp(Temporal.Now.instant()),
      }
      const result = await planning!.commits.append(draft, heads.get(stream) ?? emptyHead)
      if (result.outcome === 'stale') throw new Error('the test lost its place in the stream')
      heads.set(stream, headOf(result.commit))
      await service.caughtUp()
      return correlationId
    },
    follow: (user: string, path: string, more: Record<string, string> = {}) =>
      followStream(`${service.url}${path}`, headersFor(user, more)),
    callAtSecond: (user: string, method: string, path: string, body?: unknown) => call(user, method, path, body, {}, second),
    /** The same at the second process. */
    followAtSecond: (user: string, path: string) => followStream(`${second!.url}${path}`, headersFor(user, {})),
    /** The access records so far, oldest first. */
    accessRecords: async () => {
      const commits = await store!.commits.readStream('access-journey')
      return commits.flatMap(({ events }) => events.map(({ subject, data }) => ({ subject, ...(data as access.AccessRecordedJson) })))
    },
    close: async () => {
      await Promise.all([service.close(), second?.close()])
      await bus.close()
      await Promise.all([store!.close(), planning!.close(), keys!.close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type JourneyApp = Awaited<ReturnType<typeof startJourneyApp>>
