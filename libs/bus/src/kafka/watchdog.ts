import type { Logger } from '@samresa/telemetry'
import type { RunningConsumer } from '../consumer/run-consumer.ts'
import type { PartitionFeed } from './partition-feed.ts'

interface Watched {
  consumer: Pick<RunningConsumer, 'busySince'>
  feed: Pick<PartitionFeed, 'dead' | 'fetchedAt' | 'hasMore' | 'joinedAt'>
}

const lookEveryMs = 5000
const longestSilenceMs = 30_000
/** Joining its group anew is a sign of life too: while brokers restart one after the other, or on a busy machine, one join takes half a minute. */
const longestJoiningMs = 120_000
const longestHandlingMs = 60_000

/**
 * Notices consumers that stand still although the process lives: kafkajs has stopped for good, fetches nothing while events wait, or the
 * handler does not come back. Brokers that are away are no reason: nobody then knows that events wait.
 */
export function createWatchdog<W extends Watched>({
  consumers,
  lagOf,
  logger,
}: {
  consumers: () => Map<string, W>
  lagOf: (watched: W) => Promise<number>
  logger: Logger
}) {
  /** Since when (monotonic, ms) events have been seen waiting, at every look. */
  const waitingSince = new Map<string, number>()
  let silent: string | undefined

  const look = async () => {
    for (const [name, watched] of consumers()) {
      // While what was fetched is worked off there may be no room for more; the work has a limit of its own.
      if (watched.consumer.busySince() !== undefined && watched.feed.hasMore()) {
        waitingSince.delete(name)
        continue
      }
      const lag = await lagOf(watched).catch(() => 0)
      if (lag === 0) waitingSince.delete(name)
      else if (!waitingSince.has(name)) waitingSince.set(name, performance.now())
      const { fetchedAt, joinedAt } = watched.feed
      const silentSince = Math.max(fetchedAt(), waitingSince.get(name) ?? Number.POSITIVE_INFINITY)
      const now = performance.now()
      if (now - Math.max(silentSince, joinedAt()) < longestSilenceMs && now - silentSince < longestJoiningMs) continue
      silent = `The consumer ${name} has fetched nothing for ${Math.floor((now - silentSince) / 1000)} s although events wait`
      logger.error({ consumer: name, lag }, 'consumer fetches nothing although events wait')
    }
  }

  let looking = false
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    void look().finally(() => {
      looking = false
    })
  }, lookEveryMs)
  timer.unref()

  return {
    /** Why a consumer will not go on by itself; undefined while all do. */
    reason(): string | undefined {
      for (const [name, { consumer, feed }] of consumers()) {
        const dead = feed.dead()
        if (dead !== undefined) return dead
        const since = consumer.busySince()
        if (since !== undefined && performance.now() - since > longestHandlingMs) return `The handler of ${name} does not come back`
      }
      return silent
    },
    stop: () => clearInterval(timer),
  }
}
