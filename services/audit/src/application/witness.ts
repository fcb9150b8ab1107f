import type { audit } from '@samresa/contracts'
import { type MachineClock, newId, serviceActor, timestamp } from '@samresa/kernel'
import { type CommitStore, type DocumentStore, type DocumentWrite, headOf, type StoredEvent, type StreamHead } from '@samresa/store'

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
  /** Resolves when the commits that end in this batch are on record, durably. Those on record already are left out. */
  record(batch: readonly WitnessedRecord[]): Promise<void>
}

type Known = { seq: number; hash: string }

const commitsAnEvent = 500
const checkpointEvery = 64
const mostAttempts = 5

/** Opens the witness where its chain stands: what it knows of each stream is read from the last checkpoint and the chain after it. */
export async function openWitness({
  commits,
  documents,
  clock,
}: {
  commits: CommitStore
  documents: DocumentStore
  clock: MachineClock
}): Promise<Witness> {
  const { known, checkpoint } = await readKnown(commits, documents)
  let head: StreamHead | undefined = await commits.head(witnessStream)
  let lastCheckpoint = checkpoint
  let unsaved = new Set<string>()

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
    }
    throw new Error('The witness stream kept moving: another writer is at work on it')
  }

  /** The end of the chain, and now and then what it says of each stream, so that opening stays quick. */
  async function note({ seq, hash }: StreamHead): Promise<void> {
    const writes: DocumentWrite[] = [noteOf(witnessNotes.head, { seq, hash })]
    const checkpointDue = seq - lastCheckpoint >= checkpointEvery
    if (checkpointDue) {
      for (const key of unsaved) writes.push({ op: 'put', collection: knownStreams, document: { id: key, body: known.get(key) } })
      writes.push(noteOf(witnessNotes.checkpoint, { seq }))
    }
    await documents.write(writes, 'disposable')
    if (!checkpointDue) return
    lastCheckpoint = seq
    unsaved = new Set()
  }

  return {
    record: async (batch) => {
      const ended = newCommits(batch, known)
      if (ended.length === 0) return
      try {
        head = await append(eventsFrom(ended, timestamp(clock.now())))
      } catch (error) {
        // Whether it reached the store is not known: where the chain ends must be asked anew.
        head = undefined
        throw error
      }
      for (const { service, stream, seq, hash } of ended) {
        const key = keyOf(service!, stream!)
        known.set(key, { seq: seq!, hash: hash! })
        unsaved.add(key)
      }
      await note(head)
    },
  }
}

const keyOf = (service: string, stream: string): string => `${service}/${stream}`

const noteOf = (id: string, body: object): DocumentWrite => ({ op: 'put', collection: witnessNotes.collection, document: { id, body } })

/** The commits that end in the batch and are not on record yet, in the batch's order. */
function newCommits(batch: readonly WitnessedRecord[], known: ReadonlyMap<string, Known>): audit.WitnessedCommitJson[] {
  return batch
    .filter(({ source, stream, commit }) => commit.last && commit.seq > (known.get(keyOf(source, stream))?.seq ?? 0))
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

async function readKnown(commits: CommitStore, documents: DocumentStore): Promise<{ known: Map<string, Known>; checkpoint: number }> {
  const known = new Map<string, Known>()
  const checkpoint = (await documents.get<{ seq: number }>(witnessNotes.collection, witnessNotes.checkpoint))?.seq ?? 0
  if (checkpoint > 0) {
    for (let from = ''; ; ) {
      const rows = await documents.find<Known>(knownStreams, { from, limit: 5000 })
      for (const { id, body } of rows) known.set(id, body)
      if (rows.length < 5000) break
      from = `${rows.at(-1)!.id}\u0000`
    }
  }
  for (const commit of await commits.readStream(witnessStream, checkpoint + 1)) {
    for (const { data } of commit.events) {
      for (const { service, stream, seq, hash } of (data as audit.CommitsWitnessedJson).commits ?? []) {
        known.set(keyOf(service!, stream!), { seq: seq!, hash: hash! })
      }
    }
  }
  return { known, checkpoint }
}
