import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { audit } from '@samresa/contracts'
import { type CommitRow, type Fault, readCommitRows, readDocumentRows, verifyCommits, verifyStream } from '@samresa/store'
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
    const witness = files.includes(auditFile) ? readWitness(join(folder, auditFile)) : lostWitness()
    const report = { streams: 0, commits: 0, events: 0, faults: [] as Fault[] }
    const services = new Set([...files.map((file) => basename(file, suffix)), ...witness.keys()])
    for (const service of services) {
      const file = `${service}${suffix}`
      // A service whose file is gone has lost every stream that was witnessed.
      const rows = files.includes(file) ? readCommitRows(join(folder, file)) : []
      const found = verifyCommits(rows, witness.get(service))
      report.streams += found.streams
      report.commits += found.commits
      report.events += found.events
      report.faults.push(...found.faults)
    }
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
  return files
}

/** An instance always has a witness: one that is gone is a fault of its own, whatever the other streams look like. */
const lostWitness = () => new Map([[basename(auditFile, suffix), new Map([[witnessStream, { seq: 1, hash: '' }]])]])

/**
 * What the witness says, by service and stream, of its own chain too. Entries in a faulty commit of the witness count as said by nobody;
 * its faults are found with those of the other streams.
 */
function readWitness(file: string): Map<string, Map<string, Witnessed>> {
  const notes = readDocumentRows<Witnessed>(file, witnessNotes.collection)
  const end = notes.find(({ id }) => id === witnessNotes.head)?.body
  const rows = streamOf(file, witnessStream)
  const faulty = new Set(verifyStream(rows, end).map(({ seq }) => seq))
  const said = new Map<string, Map<string, Witnessed>>()
  const say = (service: string, stream: string, head: Witnessed) => {
    if (!said.has(service)) said.set(service, new Map())
    said.get(service)!.set(stream, head)
  }
  for (const row of rows) {
    if (faulty.has(row.seq)) continue
    for (const { service, stream, seq, hash } of witnessedBy(row)) say(service!, stream!, { seq: seq!, hash: hash! })
  }
  if (end !== undefined) say(basename(file, suffix), witnessStream, end)
  return said
}

const witnessedBy = (row: CommitRow): audit.WitnessedCommitJson[] =>
  (JSON.parse(row.events) as { data: audit.CommitsWitnessedJson }[]).flatMap(({ data }) => data.commits ?? [])

/** The rows of one stream of a file; no other is held in memory. */
const streamOf = (file: string, stream: string): CommitRow[] => [...readCommitRows(file).filter((row) => row.stream === stream)]
