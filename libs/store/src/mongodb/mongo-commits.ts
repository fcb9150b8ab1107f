import { RejectionError, reject } from '@samresa/kernel'
import type { Commit, StreamHead } from '../commit.ts'
import { emptyHead, hashCommit, headOf } from '../commit.ts'
import type { AppendResult, CommitStore } from '../commit-store.ts'
import { createRecentlyUsed } from '../recently-used.ts'
import type { CallMarks } from './call-mark.ts'
import { isSameCall } from './call-mark.ts'
import type { Collections } from './collections.ts'
import { type CommitDocument, commitFields, commitFrom, type StoredCommit } from './commit-documents.ts'
import type { Engine } from './engine.ts'
import { duplicateKeyOf } from './engine-failure.ts'

/** JSON of one commit's events and meta together, in UTF-16 units: three bytes each at most, below the engine's 16 MiB. */
const largestCommit = 4 * 1024 * 1024
const headsInMemory = 20_000
const pageOfCommits = 500

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
      return engine.call(async () => {
        if (!(await hasHead(stream, after))) return repeatedOrStale(commitId)
        try {
          await commits.insertOne(document)
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
      const read: Commit[] = []
      for (let next = fromSeq; ; ) {
        const page = await engine.call(() =>
          commits
            .find<StoredCommit>({ stream, seq: { $gte: next } }, { projection: commitFields, sort: { seq: 1 }, limit: pageOfCommits })
            .toArray(),
        )
        for (const stored of page) read.push(commitFrom(stored))
        if (page.length < pageOfCommits) break
        next = page.at(-1)!.seq + 1
      }
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
