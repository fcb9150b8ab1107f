import type { audit } from '@samresa/contracts'
import { type ChainRow, createStreamCheck, type Document, type Fault, verifyCommits } from '@samresa/store'
import { witnessNotes, witnessStream } from './application/witness.ts'

/** What the check of an installation found. Counts are of what is there. */
export interface VerifyReport {
  streams: number
  commits: number
  events: number
  ok: boolean
  faults?: Fault[]
}

/** Where the services' commits lie, on whatever engine. */
export interface EvidenceSource {
  /** The services whose data is here; there is some at least. */
  services: readonly string[]
  /** A service's commits, or those of one stream, in the order of streams and numbers. */
  commitRows(service: string, stream?: string): Iterable<ChainRow> | AsyncIterable<ChainRow>
  documentRows<T>(service: string, collection: string): Iterable<Document<T>> | AsyncIterable<Document<T>>
}

/** An installation cannot be checked at all: nothing is said about what is in it. */
export class CannotVerify extends Error {
  override name = 'CannotVerify'
}

/** Number and hash that a stream had when it was last witnessed. */
type Witnessed = { seq: number; hash: string }

const witnessingService = 'audit'

/**
 * Checks every service's commits: each chain by itself, and its end against what audit has witnessed. The witness is read first, so that
 * a running instance is never ahead of its own commits; commits not witnessed yet are no faults. Rejects when the source cannot be read.
 */
export async function verifyEvidence(source: EvidenceSource): Promise<VerifyReport> {
  const witness = source.services.includes(witnessingService) ? await readWitness(source) : lostWitness()
  const report = { streams: 0, commits: 0, events: 0, faults: [] as Fault[] }
  for (const service of new Set([...source.services, ...witness.keys()])) {
    // A service whose data is gone has lost every stream that was witnessed.
    const rows = source.services.includes(service) ? source.commitRows(service) : []
    const found = await verifyCommits(rows, witness.get(service))
    report.streams += found.streams
    report.commits += found.commits
    report.events += found.events
    report.faults.push(...found.faults)
  }
  const { faults, ...counts } = report
  return faults.length === 0 ? { ...counts, ok: true } : { ...counts, ok: false, faults }
}

/** An instance always has a witness: one that is gone is a fault of its own, whatever the other streams look like. */
const lostWitness = () => new Map([[witnessingService, new Map([[witnessStream, { seq: 1, hash: '' }]])]])

/**
 * What the witness says, by service and stream, of its own chain too. Entries in a faulty commit of the witness count as said by nobody;
 * its faults are found with those of the other streams.
 */
async function readWitness(source: EvidenceSource): Promise<Map<string, Map<string, Witnessed>>> {
  const notes = await Array.fromAsync(source.documentRows<Witnessed>(witnessingService, witnessNotes.collection))
  const end = notes.find(({ id }) => id === witnessNotes.head)?.body
  const said = new Map<string, Map<string, Witnessed>>()
  const say = (service: string, stream: string, head: Witnessed) => {
    if (!said.has(service)) said.set(service, new Map())
    const streams = said.get(service)!
    // Processes of audit may come to say it twice, and in another order: the furthest counts.
    if ((streams.get(stream)?.seq ?? 0) <= head.seq) streams.set(stream, head)
  }
  const hear = (row: ChainRow) => {
    for (const { service, stream, seq, hash } of witnessedBy(row)) say(service!, stream!, { seq: seq!, hash: hash! })
  }
  const check = createStreamCheck(witnessStream, { witnessed: end, onSound: hear })
  for await (const row of source.commitRows(witnessingService, witnessStream)) check.add(row)
  check.finish()
  if (end !== undefined) say(witnessingService, witnessStream, end)
  return said
}

const witnessedBy = (row: ChainRow): audit.WitnessedCommitJson[] =>
  (JSON.parse(row.events) as { data: audit.CommitsWitnessedJson }[]).flatMap(({ data }) => data.commits ?? [])
