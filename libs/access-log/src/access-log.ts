import type { access } from '@samresa/contracts'
import { type Actor, type MachineClock, machineClock, newId, type Purpose, serviceActor, timestamp } from '@samresa/kernel'
import { type CommitStore, headOf, type StoredEvent, type StreamHead } from '@samresa/store'

/** One access to one participant's data, or the attempt. */
export interface AccessEntry {
  participantId: string
  actor: Actor
  /** The route's pattern (`GET /v1/participants/:id/plan`) or the full gRPC method name; never an address with ids in it. */
  route: string
  /** Empty when a denied caller told none. */
  purpose: Purpose | ''
  decision: 'ALLOWED' | 'DENIED'
  /** Of the access itself. */
  correlationId: string
  /** For a stream: the events that are about to be sent. */
  deliveries?: access.DeliveryJson[]
}

/** The record that every access leaves before its answer goes out. */
export interface AccessLog {
  /** Resolves when the record is durable; rejects when it could not be written, and then nothing may be answered. */
  record(entry: AccessEntry): Promise<void>
  /** Refuses further records and waits for those at hand. */
  close(): Promise<void>
}

export interface AccessLogOptions {
  commits: CommitStore
  service: string
  /** Names this process among several of the service: each has a stream of its own, so that they never wait for each other. */
  instance?: string | undefined
  clock?: MachineClock
}

interface Waiting {
  event: StoredEvent
  resolve: () => void
  reject: (reason: unknown) => void
}

const largestGroup = 50
/** So often another writer may be faster on the same stream before this one takes a stream of its own. */
const mostLost = 3

/**
 * Access records of one service, on its stream `access-<service>`, or `access-<service>-<instance>`. A record is written at once when nothing is under way, and together
 * with the others that came meanwhile when something is: no timers, no wait for company.
 */
export function createAccessLog({ commits, service, instance, clock = machineClock }: AccessLogOptions): AccessLog {
  let stream = instance === undefined ? `access-${service}` : `access-${service}-${instance}`
  let waiting: Waiting[] = []
  let writing: Promise<void> | undefined
  let head: StreamHead | undefined
  let closed = false

  async function append(events: StoredEvent[]): Promise<void> {
    const commitId = newId()
    const draft = {
      commitId,
      events,
      actor: serviceActor(service),
      purpose: 'audit',
      correlationId: commitId,
      at: timestamp(clock.now()),
    }
    for (let lost = 0; ; lost += 1) {
      // Another process has the same name: waiting for it could take for ever, and records must be written before anything is answered.
      if (lost === mostLost) stream = `${stream}-${newId()}`
      head ??= await commits.head(stream)
      const result = await commits.append({ ...draft, stream }, head)
      if (result.outcome !== 'stale') {
        head = headOf(result.commit)
        return
      }
      head = undefined
      if (lost > 2 * mostLost) throw new Error('The access stream kept moving, though nobody else knows its name')
    }
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, largestGroup)
      waiting = waiting.slice(largestGroup)
      try {
        await append(group.map(({ event }) => event))
        for (const { resolve } of group) resolve()
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    writing = undefined
  }

  return {
    record: (entry) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error('The access log is closed'))
        waiting.push({ event: eventFrom(entry, service, timestamp(clock.now())), resolve, reject })
        writing ??= writeAll()
      }),
    close: async () => {
      closed = true
      await writing
    },
  }
}

function eventFrom(entry: AccessEntry, service: string, at: string): StoredEvent {
  const { participantId, actor, route, purpose, decision, correlationId, deliveries } = entry
  const data: access.AccessRecordedJson = { at, user: actor.user, role: actor.role, service, route, purpose, decision, correlationId }
  if (actor.agency !== undefined) data.agency = actor.agency
  if (deliveries !== undefined) data.deliveries = deliveries
  return { id: newId(), type: 'samresa.access.v1.AccessRecorded', subject: participantId, time: at, data }
}
