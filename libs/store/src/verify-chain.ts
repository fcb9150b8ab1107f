import type { CommitText } from './commit.ts'
import { hashCommit } from './commit.ts'

/** One commit as it lies in the engine, with its place in the service's log where the engine has one. */
export type ChainRow = CommitText & { position?: number; hash: string }

/** A head that was written down elsewhere: the stream had this commit. */
export interface Witnessed {
  seq: number
  hash: string
}

export type FaultKind = 'ALTERED' | 'MISSING_TAIL' | 'MISSING_STREAM' | 'REORDERED'

/**
 * ALTERED: the commit of this number is not what was written, or is missing in the middle. REORDERED: it is intact but stands at another
 * place. MISSING_TAIL: from this number on the stream has lost what was witnessed. MISSING_STREAM: all of it.
 */
export interface Fault {
  stream: string
  seq: number
  kind: FaultKind
}

/** Checks one stream's rows, in any order, against their own chain and against what was witnessed elsewhere. Faults by commit number. */
export function verifyStream(rows: ChainRow[], witnessed?: Witnessed & { stream?: string }): Fault[] {
  const stream = rows[0]?.stream ?? witnessed?.stream ?? ''
  const faults = new Map<number, FaultKind>()
  const fault = (seq: number, kind: FaultKind) => {
    if (!faults.has(seq)) faults.set(seq, kind)
  }
  if (rows.length === 0) {
    if (witnessed !== undefined) fault(witnessed.seq, 'MISSING_STREAM')
    return listed(stream, faults)
  }

  let lastSeq = 0
  let lastPosition = 0
  for (const { row, seq, linked } of inChainOrder(rows)) {
    const intact = hashCommit({ ...row, seq }) === row.hash
    if (!intact) fault(seq, 'ALTERED')
    else if (row.seq !== seq) fault(seq, 'REORDERED')
    if (!linked && seq > lastSeq + 1) fault(lastSeq + 1, 'ALTERED')
    // An intact commit names another predecessor than the one that stands there: that one was changed.
    else if (!linked && intact && lastSeq > 0) fault(lastSeq, 'ALTERED')
    else if (!linked && intact) fault(seq, 'ALTERED')
    if (row.position !== undefined && row.position <= lastPosition) fault(seq, 'REORDERED')
    if (seq === witnessed?.seq && row.hash !== witnessed.hash) fault(seq, 'ALTERED')
    lastPosition = Math.max(lastPosition, row.position ?? 0)
    lastSeq = Math.max(lastSeq, seq)
  }
  if (witnessed !== undefined && lastSeq < witnessed.seq) fault(lastSeq + 1, 'MISSING_TAIL')
  return listed(stream, faults)
}

const listed = (stream: string, faults: Map<number, FaultKind>): Fault[] =>
  [...faults].map(([seq, kind]) => ({ stream, seq, kind })).sort((a, b) => a.seq - b.seq)

/**
 * The rows in the order in which each names the one before it, with the number each then has. Where no row names the last one, it goes on
 * (`linked: false`) with the lowest number that is left.
 */
function* inChainOrder(rows: ChainRow[]): Generator<{ row: ChainRow; seq: number; linked: boolean }> {
  const left = new Set(rows.toSorted((a, b) => a.seq - b.seq))
  const followers = Map.groupBy(left, ({ prevHash }) => prevHash)
  let seq = 0
  let hash = ''
  while (left.size > 0) {
    const candidates = followers.get(hash)?.filter((row) => left.has(row)) ?? []
    // Of two that claim the same place, the one that fits it; a forged copy is met later, out of the chain.
    const next =
      candidates.length > 1 ? (candidates.find((row) => hashCommit({ ...row, seq: seq + 1 }) === row.hash) ?? candidates[0]) : candidates[0]
    const row = next ?? left.values().next().value!
    seq = next === undefined ? row.seq : seq + 1
    hash = row.hash
    left.delete(row)
    yield { row, seq, linked: next !== undefined }
  }
}

export interface Verification {
  streams: number
  commits: number
  events: number
  faults: Fault[]
}

/** Checks all rows of a store, which come stream by stream, against the heads witnessed elsewhere (by stream). Holds one stream at a time. */
export async function verifyCommits(
  rows: Iterable<ChainRow> | AsyncIterable<ChainRow>,
  witnessed: ReadonlyMap<string, Witnessed> = new Map(),
): Promise<Verification> {
  const result: Verification = { streams: 0, commits: 0, events: 0, faults: [] }
  const seen = new Set<string>()
  let batch: ChainRow[] = []
  const finish = () => {
    const stream = batch[0]?.stream
    if (stream === undefined) return
    seen.add(stream)
    result.streams++
    result.commits += batch.length
    for (const { events } of batch) result.events += countEvents(events)
    result.faults.push(...verifyStream(batch, witnessed.get(stream)))
    batch = []
  }
  for await (const row of rows) {
    if (batch.length > 0 && batch[0]!.stream !== row.stream) finish()
    batch.push(row)
  }
  finish()
  for (const [stream, head] of witnessed) if (!seen.has(stream)) result.faults.push(...verifyStream([], { ...head, stream }))
  return result
}

function countEvents(events: string): number {
  try {
    const parsed: unknown = JSON.parse(events)
    return Array.isArray(parsed) ? parsed.length : 0
  } catch {
    return 0
  }
}
