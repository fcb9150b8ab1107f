import { RejectionError, reject } from '@samresa/kernel'
import { MongoBulkWriteError } from 'mongodb'
import type { Commit, StreamHead } from '../commit.ts'
import { emptyHead, hashCommit, headOf } from '../commit.ts'
import type { AppendResult, CommitStore } from '../commit-store.ts'
import { createRecentlyUsed } from '../recently-used.ts'
import type { CallMarks } from './call-mark.ts'
import { isSameCall } from './call-mark.ts'
import type { Collections } from './collections.ts'
import { type CommitDocument, commitFields, commitFrom, type StoredCommit } from './commit-documents.ts'
import type { Engine } from './engine.ts'
import { duplicateKeyOf, isPassing, storeUnavailable } from './engine-failure.ts'
import { gathered } from './gathered.ts'

/** JSON of one commit's events and meta together, in UTF-16 units: three bytes each at most, below the engine's 16 MiB. */
const largestCommit = 4 * 1024 * 1024
const headsInMemory = 20_000
const pageOfCommits = 500
/** Appends, or readings on, that are one call of the server. */
const mostTogether = 100

export interface MongoCommitsOptions {
  engine: Engine
  collections: Pick<Collections, 'commits'>
  marks: CallMarks
  onAppended(): void
}

/** The commits of one database, appended to by any number of processes: of two that follow the same head, the unique (stream, seq) lets one in. */
export function createMongoCommits({ engine, collections: { commits }, marks, onAppended }: MongoCommitsOptions): CommitStore {
  // Commits never change, so what was once read or written here stays true.
  const heads = createRecentlyUsed<StreamHead>(headsInMemory)
  const remember = (commit: Commit): Commit => {
    if ((heads.get(commit.stream)?.seq ?? 0) < commit.seq) heads.set(commit.stream, headOf(commit))
    return commit
  }

  const byId = (commitId: string) => commits.findOne({ _id: commitId }, { projection: { ...commitFields, call: 1 } })

  /** One call for all that come together; false for one that it did not certainly write. */
  const insertTogether = gathered(mostTogether, async (documents: CommitDocument[]): Promise<boolean[]> => {
    try {
      await commits.insertMany(documents, { ordered: false })
      return documents.map(() => true)
    } catch (error) {
      const refused = new Set(error instanceof MongoBulkWriteError ? [error.writeErrors].flat().map(({ index }) => index) : [])
      if (refused.size === 0 && isPassing(error)) throw error
      // Another failure of the call itself says nothing of any one: each is told alone what became of it.
      return documents.map((_, index) => refused.size > 0 && !refused.has(index))
    }
  })

  /** Alone, what was not written with others is written after all, or told why not. */
  const insert = async (document: CommitDocument, isLate: () => boolean): Promise<void> => {
    if (await insertTogether(document, isLate)) return
    if (isLate()) throw storeUnavailable()
    await commits.insertOne(document)
  }

  /** What follows in several streams; undefined for all when it is more than a page. */
  const readOnTogether = gathered(mostTogether, async (places: { stream: string; fromSeq: number }[]) => {
    const following = places.map(({ stream, fromSeq }) => ({ stream, seq: { $gte: fromSeq } }))
    const options = { projection: commitFields, sort: { stream: 1, seq: 1 }, limit: pageOfCommits, batchSize: pageOfCommits } as const
    const found = await commits.find<StoredCommit>({ $or: following }, options).toArray()
    return places.map(({ stream, fromSeq }) =>
      found.length < pageOfCommits ? found.filter((one) => one.stream === stream && one.seq >= fromSeq) : undefined,
    )
  })

  const readPages = async (stream: string, fromSeq: number): Promise<StoredCommit[]> => {
    const read: StoredCommit[] = []
    for (let next = fromSeq; ; next = read.at(-1)!.seq + 1) {
      const page = await engine.call(() =>
        commits
          .find<StoredCommit>({ stream, seq: { $gte: next } }, { projection: commitFields, sort: { seq: 1 }, limit: pageOfCommits })
          .toArray(),
      )
      read.push(...page)
      if (page.length < pageOfCommits) return read
    }
  }

  /** A head that never was must not open a gap or fork the chain. */
  const hasHead = async (stream: string, { seq, hash }: StreamHead): Promise<boolean> => {
    if (seq === 0) return hash === ''
    const known = heads.get(stream)
    if (known?.seq === seq) return known.hash === hash
    return (await commits.findOne({ stream, seq }, { projection: { hash: 1 } }))?.hash === hash
  }

  const repeatedOrStale = async (commitId: string): Promise<AppendResult> => {
    const stored = await byId(commitId)
    return stored === null ? { outcome: 'stale' } : { outcome: 'repeated', commit: remember(commitFrom(stored)) }
  }

  return {
    soleWriter: false,
    append(draft, after) {
      const { stream, commitId, events: stored, ...rest } = draft
      const events = JSON.stringify(stored)
      const meta = JSON.stringify(rest)
      if (events.length + meta.length > largestCommit) {
        return Promise.reject(new RejectionError(reject('too-large', 'COMMIT_TOO_LARGE', 'This is more than can be stored at once.')))
      }
      const text = { stream, seq: after.seq + 1, firstVer: after.version + 1, events, meta, prevHash: after.hash }
      const hash = hashCommit({ ...text, commitId })
      const document: CommitDocument = { _id: commitId, ...text, hash, at: draft.at, call: marks.next(), pub: 0 }
      const appended = (): AppendResult => {
        const commit = remember({ ...draft, seq: text.seq, firstVer: text.firstVer, prevHash: text.prevHash, hash })
        onAppended()
        return { outcome: 'appended', commit }
      }
      // Sending it again settles what became of an earlier try, even of one that is still on its way: one of them comes through at most.
      return engine.call(async ({ isLate }) => {
        if (!(await hasHead(stream, after))) return repeatedOrStale(commitId)
        try {
          await insert(document, isLate)
          return appended()
        } catch (error) {
          const refusedBy = duplicateKeyOf(error)
          if (refusedBy === undefined) throw error
          const found = await byId(commitId)
          if (found !== null) {
            return isSameCall(found.call, document.call) ? appended() : { outcome: 'repeated', commit: remember(commitFrom(found)) }
          }
          // There, and not yet with the majority of the members: not to be answered with before it is.
          if (refusedBy.includes('_id')) throw error
          return { outcome: 'stale' }
        }
      })
    },
    async readStream(stream, fromSeq = 1) {
      // A stream that is read on has as a rule nothing new: many are asked about at once.
      const following = fromSeq > 1 ? await engine.call(({ isLate }) => readOnTogether({ stream, fromSeq }, isLate)) : undefined
      const read = (following ?? (await readPages(stream, fromSeq))).map(commitFrom)
      const last = read.at(-1)
      if (last !== undefined) remember(last)
      return read
    },
    async findCommit(commitId) {
      const stored = await engine.call(() => byId(commitId))
      return stored === null ? undefined : remember(commitFrom(stored))
    },
    async head(stream) {
      const stored = await engine.call(() => commits.findOne<StoredCommit>({ stream }, { projection: commitFields, sort: { seq: -1 } }))
      return stored === null ? emptyHead : headOf(remember(commitFrom(stored)))
    },
  }
}
