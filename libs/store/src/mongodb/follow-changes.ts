import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '@samresa/telemetry'
import type { ChangeStream, Collection, Document as Fields } from 'mongodb'

const againAfterMs = 1_000
const logAgainAfterMs = 60_000

export interface Following<T> {
  // biome-ignore lint/suspicious/noExplicitAny: the stages decide what a change holds, not the collection's type
  collection: Collection<any>
  stages: Fields[]
  /** Told of each change, with the whole document where the stages leave it in. */
  onChange(document: T): void
}

/** Change streams as hints: opened again whenever they fail, after the last change seen where the server still knows it. */
export interface ChangeFollower {
  follow<T>(following: Following<T>): () => void
  close(): Promise<void>
}

export function createChangeFollower(logger: Logger | undefined): ChangeFollower {
  const running = new Map<AbortController, Promise<void>>()
  let loggedAt = Number.NEGATIVE_INFINITY

  const tellFailure = (error: unknown) => {
    if (performance.now() - loggedAt < logAgainAfterMs) return
    loggedAt = performance.now()
    logger?.warn({ component: 'store', err: error }, 'A change stream failed and is opened again; what it would have told comes later')
  }

  async function run<T>({ collection, stages, onChange }: Following<T>, stopped: AbortSignal): Promise<void> {
    let seen: unknown
    while (!stopped.aborted) {
      const from = seen
      const stream: ChangeStream = collection.watch(stages, from === undefined ? {} : { resumeAfter: from })
      const end = () => void stream.close().catch(() => undefined)
      stopped.addEventListener('abort', end)
      try {
        for await (const change of stream) {
          seen = change._id
          onChange((change as { fullDocument?: T }).fullDocument as T)
        }
      } catch (error) {
        if (stopped.aborted) return
        // A place that the server no longer knows would fail for ever.
        if (seen === from) seen = undefined
        tellFailure(error)
        await pause(againAfterMs, undefined, { signal: stopped }).catch(() => undefined)
      } finally {
        stopped.removeEventListener('abort', end)
        end()
      }
    }
  }

  return {
    follow(following) {
      const stop = new AbortController()
      running.set(
        stop,
        run(following, stop.signal).finally(() => running.delete(stop)),
      )
      return () => stop.abort()
    },
    async close() {
      const ending = [...running.values()]
      for (const stop of running.keys()) stop.abort()
      await Promise.all(ending)
    },
  }
}
