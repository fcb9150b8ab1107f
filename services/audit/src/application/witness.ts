import { setTimeout as pause } from 'node:timers/promises'
import type { audit } from '@samresa/contracts'
import { type MachineClock, newId, serviceActor, timestamp } from '@samresa/kernel'
import {
  type CommitStore,
  createRecentlyUsed,
  type DocumentStore,
  type DocumentWrite,
  headOf,
  type StoredEvent,
  type StreamHead,
} from '@samresa/store'

/** The services whose every commit is witnessed. */
export const witnessedServices = ['journey', 'planning', 'agency-sync', 'audit'] as const

/** The stream of the witness's own chain. */
export const witnessStream = 'witness'

/** Where the witness's own end is noted beside its chain, so that a cut-off tail of the chain itself is seen. */
export const witnessNotes = { collection: 'witness-head', head: 'head', checkpoint: 'checkpoint' } as const

const knownStreams = 'witnessed-streams-v1'

/** What the witness needs of an event record: the commit it belongs to. */
export interface WitnessedRecord {
  source: string
  stream: string
  commit: { seq: number; hash: string; last: boolean }
}

/** Keeps number and hash of every service's commits in a chain of its own: what is altered, cut off or taken away later shows. */
export interface Witness {
  /**
   * Resolves when the commits that end in this batch are on record, durably. Those on record already are left out as far as this process
   * knows: one that comes to another process again is on record twice, which says the same.
   */
  record(batch: readonly WitnessedRecord[]): Promise<void>
}

type Known = { seq: number; hash: string }
const nothingKnown: Known = { seq: 0, hash: '' }

const commitsAnEvent = 500
const checkpointEvery = 64
const mostAttempts = 20
/** Processes that meet at the chain's end try again at different times, each within so much longer at each attempt. */
const apartMs = 5
const streamsInMemory = 100_000

/**
 * Opens the witness where its chain stands. What it knows of each stream is in the chain since the last checkpoint, which is kept in memory,
 * and of the streams not heard of since, in the documents of the checkpoint, which are read when they are needed.
 */
export async function openWitness({
  commits,
  documents,
  clock,
}: {
  commits: CommitStore
  documents: DocumentStore
  clock: MachineClock
}): Promise<Witness> {
  const checkpoint = (await documents.get<{ seq: number }>(witnessNotes.collection, witnessNotes.checkpoint))?.seq ?? 0
  const recent = createRecentlyUsed<Known>(streamsInMemory)
  let unsaved = new Map<string, Known>()
  let head: StreamHead | undefined = await commits.head(witnessStream)
  let lastCheckpoint = checkpoint

  const knownOf = (key: string): Known | undefined => unsaved.get(key) ?? recent.get(key)

  /** Of what is said about a stream the furthest counts: processes may come to say it in another order. */
  function learn(witnessed: readonly audit.WitnessedCommitJson[]): void {
    for (const { service, stream, seq, hash } of witnessed) {
      const key = keyOf(service!, stream!)
      if ((knownOf(key)?.seq ?? 0) < seq!) unsaved.set(key, { seq: seq!, hash: hash! })
    }
  }

  /** Brings to mind what the checkpoint says of the streams in the batch. */
  async function recall(batch: readonly WitnessedRecord[]): Promise<void> {
    const keys = new Set(batch.map(({ source, stream }) => keyOf(source, stream)))
    const forgotten = [...keys].filter((key) => knownOf(key) === undefined)
    const found = await Promise.all(forgotten.map((key) => documents.get<Known>(knownStreams, key)))
    for (const [index, key] of forgotten.entries()) recent.set(key, found[index] ?? nothingKnown)
  }

  async function append(events: StoredEvent[]): Promise<StreamHead> {
    const commitId = newId()
    const draft = {
      stream: witnessStream,
      commitId,
      events,
      actor: serviceActor('audit'),
      purpose: 'audit',
      correlationId: commitId,
      at: timestamp(clock.now()),
    }
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      head ??= await commits.head(witnessStream)
      const result = await commits.append(draft, head)
      if (result.outcome !== 'stale') return headOf(result.commit)
      head = undefined
      await pause(Math.random() * apartMs * attempt)
    }
    throw new Error('The witness stream kept moving: another writer is at work on it')
  }

  /** The end of the chain, and now and then what it says of each stream, so that opening stays quick. */
  async function note({ seq, hash }: StreamHead): Promise<void> {
    const writes: DocumentWrite[] = [noteOf(witnessNotes.head, { seq, hash })]
    const checkpointDue = seq - lastCheckpoint >= checkpointEvery
    if (checkpointDue) {
      for (const [id, body] of unsaved) writes.push({ op: 'put', collection: knownStreams, document: { id, body } })
      writes.push(noteOf(witnessNotes.checkpoint, { seq }))
    }
    await documents.write(writes, 'disposable')
    if (!checkpointDue) return
    lastCheckpoint = seq
    for (const [key, saved] of unsaved) recent.set(key, saved)
    unsaved = new Map()
  }

  for (const { events } of await commits.readStream(witnessStream, checkpoint + 1)) {
    for (const { data } of events) learn((data as audit.CommitsWitnessedJson).commits ?? [])
  }

  return {
    record: async (batch) => {
      await recall(batch)
      const ended = newCommits(batch, knownOf)
      if (ended.length === 0) return
      try {
        head = await append(eventsFrom(ended, timestamp(clock.now())))
      } catch (error) {
        // Whether it reached the store is not known: where the chain ends must be asked anew.
        head = undefined
        throw error
      }
      learn(ended)
      await note(head)
    },
  }
}

const keyOf = (service: string, stream: string): string => `${service}/${stream}`

const noteOf = (id: string, body: object): DocumentWrite => ({ op: 'put', collection: witnessNotes.collection, document: { id, body } })

/** The commits that end in the batch and are not on record yet, in the batch's order. */
function newCommits(batch: readonly WitnessedRecord[], knownOf: (key: string) => Known | undefined): audit.WitnessedCommitJson[] {
  return batch
    .filter(({ source, stream, commit }) => commit.last && commit.seq > (knownOf(keyOf(source, stream))?.seq ?? 0))
    .map(({ source, stream, commit: { seq, hash } }) => ({ service: source, stream, seq, hash }))
}

function eventsFrom(commits: audit.WitnessedCommitJson[], time: string): StoredEvent[] {
  const events: StoredEvent[] = []
  for (let from = 0; from < commits.length; from += commitsAnEvent) {
    const data: audit.CommitsWitnessedJson = { commits: commits.slice(from, from + commitsAnEvent) }
    events.push({ id: newId(), type: 'samresa.audit.v1.CommitsWitnessed', subject: '', time, data })
  }
  return events
}
