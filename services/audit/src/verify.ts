import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { audit } from '@samresa/contracts'
import { type CommitRow, type Fault, readCommitRows, readDocumentRows, verifyStream } from '@samresa/store'
import { witnessNotes, witnessStream } from './application/witness.ts'

/** What the check of a data folder found. Counts are of what is there. */
export interface VerifyReport {
  streams: number
  commits: number
  events: number
  ok: boolean
  faults?: Fault[]
}

/** The folder cannot be checked at all: nothing is said about what is in it. */
export class CannotVerify extends Error {
  override name = 'CannotVerify'
}

/** Number and hash that a stream had when it was last witnessed. */
type Witnessed = { seq: number; hash: string }

const auditFile = 'audit.db'
const suffix = '.db'

/**
 * Checks every service's commits in the folder: each chain by itself, and its end against what audit has witnessed. The witness is read
 * first, so that a running instance is never ahead of its own commits; commits not witnessed yet are no faults. Throws CannotVerify.
 */
export function verifyDataFolder(folder: string): VerifyReport {
  const files = databaseFilesIn(folder)
  try {
    const witness = readWitness(join(folder, auditFile))
    const report = { streams: 0, commits: 0, events: 0, faults: [...witness.faults] }
    const missing = new Map(witness.streams)
    for (const file of files) {
      const service = basename(file, suffix)
      for (const rows of streamsIn(join(folder, file))) {
        const { stream } = rows[0]!
        const key = `${service}/${stream}`
        report.streams += 1
        report.commits += rows.length
        for (const row of rows) report.events += countOf(row)
        if (stream !== witnessStream) report.faults.push(...verifyStream(rows, witness.streams.get(key)?.last))
        missing.delete(key)
      }
    }
    for (const { stream, last } of missing.values()) report.faults.push({ stream, seq: last.seq, kind: 'MISSING_STREAM' })
    const { faults, ...counts } = report
    return faults.length === 0 ? { ...counts, ok: true } : { ...counts, ok: false, faults }
  } catch (error) {
    throw new CannotVerify(`the data in ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function databaseFilesIn(folder: string): string[] {
  if (!existsSync(folder)) throw new CannotVerify(`there is no folder ${folder}: start the instance once, or name its folder with --data`)
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .sort()
  if (files.length === 0) throw new CannotVerify(`there is no data in ${folder}: name the instance's folder with --data`)
  if (!files.includes(auditFile)) throw new CannotVerify(`${auditFile} is missing in ${folder}: without the witness nothing can be proven`)
  return files
}

/** What the witness says of every stream, and the faults of its own chain. Entries in a faulty row count as said by nobody. */
function readWitness(file: string): { streams: Map<string, { stream: string; last: Witnessed }>; faults: Fault[] } {
  const notes = readDocumentRows<Witnessed>(file, witnessNotes.collection)
  const end = notes.find(({ id }) => id === witnessNotes.head)?.body
  const rows = [...streamsIn(file)].find(([row]) => row!.stream === witnessStream) ?? []
  const faults: Fault[] =
    rows.length === 0 && end !== undefined ? [{ stream: witnessStream, seq: end.seq, kind: 'MISSING_STREAM' }] : verifyStream(rows, end)
  const faulty = new Set(faults.map(({ seq }) => seq))
  const streams = new Map<string, { stream: string; last: Witnessed }>()
  for (const row of rows) {
    if (faulty.has(row.seq)) continue
    for (const { service, stream, seq, hash } of witnessedBy(row)) {
      streams.set(`${service}/${stream}`, { stream: stream!, last: { seq: seq!, hash: hash! } })
    }
  }
  return { streams, faults }
}

const witnessedBy = (row: CommitRow): audit.WitnessedCommitJson[] =>
  (JSON.parse(row.events) as { data: audit.CommitsWitnessedJson }[]).flatMap(({ data }) => data.commits ?? [])

/** The rows of a file, one stream after the other; one stream at a time is in memory. */
function* streamsIn(file: string): Generator<CommitRow[]> {
  let rows: CommitRow[] = []
  for (const row of readCommitRows(file)) {
    if (rows.length > 0 && rows[0]!.stream !== row.stream) {
      yield rows
      rows = []
    }
    rows.push(row)
  }
  if (rows.length > 0) yield rows
}

/** Events of a commit; one that cannot be read counts as none, its fault is told by its hash. */
function countOf({ events }: CommitRow): number {
  try {
    const parsed: unknown = JSON.parse(events)
    return Array.isArray(parsed) ? parsed.length : 0
  } catch {
    return 0
  }
}
