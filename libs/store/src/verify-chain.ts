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
  const check = createStreamCheck(rows[0]?.stream ?? witnessed?.stream ?? '', { witnessed })
  for (const row of rows.toSorted((a, b) => a.seq - b.seq)) check.add(row)
  return check.finish()
}

/** The check of one stream whose rows come one after the other. */
export interface StreamCheck {
  /** Takes the next row, in the order of numbers. */
  add(row: ChainRow): void
  /** Every row has come. */
  finish(): Fault[]
}

/**
 * As `verifyStream`, of rows that need not be there all at once: one that goes on where the one before it ended is let go of as soon as the
 * next one does too. `onSound` is told of each row whose number turns out to have no fault.
 */
export function createStreamCheck(
  stream: string,
  { witnessed, onSound }: { witnessed?: Witnessed | undefined; onSound?: (row: ChainRow) => void },
): StreamCheck {
  const faults = new Map<number, FaultKind>()
  const fault = (seq: number, kind: FaultKind) => {
    if (!faults.has(seq)) faults.set(seq, kind)
  }
  const tellSound = (rows: ChainRow[]) => {
    for (const row of rows) if (!faults.has(row.seq)) onSound?.(row)
  }
  /** The last row of the chain as it has come. What is intact may still prove to be forged: by the row that follows it. */
  let end: ChainRow | undefined
  /** All from the first row on that does not go on there: how they belong together shows when all are there. */
  const rest: ChainRow[] = []
  let lastSeq = 0
  let lastPosition = 0

  const take = ({ row, seq, linked }: Link, intact: boolean) => {
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
  const goesOn = (row: ChainRow): boolean =>
    row.seq === (end?.seq ?? 0) + 1 && row.prevHash === (end?.hash ?? '') && hashCommit(row) === row.hash

  return {
    add(row) {
      if (rest.length > 0 || !goesOn(row)) {
        rest.push(row)
        return
      }
      take({ row, seq: row.seq, linked: true }, true)
      if (end !== undefined) tellSound([end])
      end = row
    },
    finish() {
      for (const link of inChainOrder(rest, end)) take(link, hashCommit({ ...link.row, seq: link.seq }) === link.row.hash)
      const isEmpty = end === undefined && rest.length === 0
      if (witnessed !== undefined && isEmpty) fault(witnessed.seq, 'MISSING_STREAM')
      else if (witnessed !== undefined && lastSeq < witnessed.seq) fault(lastSeq + 1, 'MISSING_TAIL')
      tellSound(end === undefined ? rest : [end, ...rest])
      return [...faults].map(([seq, kind]) => ({ stream, seq, kind })).sort((a, b) => a.seq - b.seq)
    },
  }
}

/** A row with the number that it has in the chain; not `linked` where no row names the one before it. */
interface Link {
  row: ChainRow
  seq: number
  linked: boolean
}

/**
 * The rows behind `end` in the order in which each names the one before it, with the number each then has. Where no row names the last one,
 * it goes on (`linked: false`) with the lowest number that is left.
 */
function* inChainOrder(rows: ChainRow[], end: Witnessed = { seq: 0, hash: '' }): Generator<Link> {
  const left = new Set(rows.toSorted((a, b) => a.seq - b.seq))
  const followers = Map.groupBy(left, ({ prevHash }) => prevHash)
  let { seq, hash } = end
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

/** Checks all rows of a store, which come stream by stream, against the heads witnessed elsewhere (by stream). Holds rows of faulty streams only. */
export async function verifyCommits(
  rows: Iterable<ChainRow> | AsyncIterable<ChainRow>,
  witnessed: ReadonlyMap<string, Witnessed> = new Map(),
): Promise<Verification> {
  const result: Verification = { streams: 0, commits: 0, events: 0, faults: [] }
  const seen = new Set<string>()
  let current: { stream: string; check: StreamCheck } | undefined
  const finish = () => {
    if (current !== undefined) result.faults.push(...current.check.finish())
  }
  for await (const row of rows) {
    const { stream } = row
    if (current?.stream !== stream) {
      finish()
      current = { stream, check: createStreamCheck(stream, { witnessed: witnessed.get(stream) }) }
      seen.add(stream)
      result.streams++
    }
    current.check.add(row)
    result.commits++
    result.events += countEvents(row.events)
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
