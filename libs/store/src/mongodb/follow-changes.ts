import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '@samresa/telemetry'
import type { ChangeStream, Db, Document as Fields, ResumeToken } from 'mongodb'
import type { Collections, StoredDocument } from './collections.ts'

const againAfterMs = 1_000
const logAgainAfterMs = 60_000

type Told = Pick<StoredDocument, '_id' | 'x' | 'body'>

/**
 * What other processes write, as hints, by one change stream of the database: each stream costs the server a look at every write of every
 * database. It is opened again whenever it fails, or somebody wants to hear more, after the last change seen where the server still knows it.
 */
export interface ChangeFollower {
  onAppend(listener: () => void): () => void
  /** Of documents put or inserted into a collection of the port. */
  onDocument(collection: string, listener: (document: Told) => void): () => void
  close(): Promise<void>
}

/** `writer`: of this process, whose own writes are not told. */
export function createChangeFollower(db: Db, { writer, logger }: { writer: string; logger?: Logger | undefined }): ChangeFollower {
  const listeners = new Map<string, Set<(document: Told) => void>>()
  const closing = new AbortController()
  let wanted = Promise.withResolvers<void>()
  let loggedAt = Number.NEGATIVE_INFINITY

  const wantOthers = () => {
    const { resolve } = wanted
    wanted = Promise.withResolvers()
    resolve()
  }

  const listen = (source: string, listener: (document: Told) => void) => {
    const others = listeners.get(source)
    listeners.set(source, (others ?? new Set()).add(listener))
    if (others === undefined) wantOthers()
    return () => {
      const left = listeners.get(source)
      if (left?.delete(listener) !== true || left.size > 0) return
      listeners.delete(source)
      wantOthers()
    }
  }

  const tell = ({ ns, fullDocument }: { ns: { coll: keyof Collections }; fullDocument: Told }) => {
    for (const listener of listeners.get(ns.coll === 'commits' ? commits : sourceOf(fullDocument._id.c)) ?? []) listener(fullDocument)
  }

  const tellFailure = (error: unknown) => {
    if (performance.now() - loggedAt < logAgainAfterMs) return
    loggedAt = performance.now()
    logger?.warn({ component: 'store', err: error }, 'The change stream failed and is opened again; what it would have told comes later')
  }

  /** Follows until somebody wants something else; answers where to go on. */
  const follow = async (after: ResumeToken | undefined): Promise<ResumeToken | undefined> => {
    const stream: ChangeStream = db.watch(stagesFor([...listeners.keys()], writer), after === undefined ? {} : { resumeAfter: after })
    let isWanted = true
    const end = () => stream.close().catch(() => undefined)
    void wanted.promise.then(() => {
      isWanted = false
      return end()
    })
    try {
      for await (const change of stream) tell(change as unknown as Parameters<typeof tell>[0])
    } catch (error) {
      if (isWanted) {
        tellFailure(error)
        await pause(againAfterMs, undefined, { signal: closing.signal }).catch(() => undefined)
        // A place that the server no longer knows would fail for ever.
        if (isSamePlace(stream.resumeToken, after)) return undefined
      }
    } finally {
      void end()
    }
    return stream.resumeToken ?? after
  }

  const run = async () => {
    let place: ResumeToken | undefined
    while (!closing.signal.aborted) {
      if (listeners.size === 0) await wanted.promise
      else place = await follow(place)
    }
  }
  const running = run()

  return {
    onAppend: (listener) => listen(commits, () => listener()),
    onDocument: (collection, listener) => listen(sourceOf(collection), listener),
    async close() {
      closing.abort()
      wantOthers()
      await running
    },
  }
}

/** Names the commits among what is listened to. */
const commits = 'commits'
const documentsOf = 'documents/'
const sourceOf = (collection: string): string => documentsOf + collection

function stagesFor(sources: readonly string[], writer: string): Fields[] {
  const collections = sources.filter((source) => source !== commits).map((source) => source.slice(documentsOf.length))
  const ofOthers = { 'fullDocument.call.writer': { $ne: writer } }
  return [
    {
      $match: {
        ...ofOthers,
        $or: [
          ...(sources.includes(commits) ? [{ 'ns.coll': 'commits', operationType: 'insert' }] : []),
          { 'ns.coll': 'documents', operationType: { $in: ['insert', 'replace'] }, 'documentKey._id.c': { $in: collections } },
        ],
      },
    },
    { $project: { 'ns.coll': 1, 'fullDocument._id': 1, 'fullDocument.x': 1, 'fullDocument.body': 1 } },
  ]
}

const isSamePlace = (a: ResumeToken | undefined, b: ResumeToken | undefined): boolean => JSON.stringify(a) === JSON.stringify(b)
