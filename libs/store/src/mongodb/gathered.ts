import { AsyncLocalStorage } from 'node:async_hooks'
import { within } from '@samresa/kernel'
import { storeUnavailable } from './engine-failure.ts'

/** What a run may take before the next begins beside it, so that one connection that has died holds up nobody for long. */
const aloneForMs = 500
const mostBeside = 10

interface Asked<Item, Result> {
  item: Item
  /** Whoever asked has been answered otherwise. */
  isLate(): boolean
  inContext: ReturnType<typeof AsyncLocalStorage.snapshot>
  answer: PromiseWithResolvers<Result>
}

/**
 * Makes one call of many: while a run is under way, whatever is asked for goes into the next, at most so many at once. Whoever asks while
 * nothing is under way waits for nobody, and each run begins after what it answers was asked for. `run` answers in the order of its items;
 * when it rejects, so does everything that was in it, and nothing else. What is late before its run begins is not run.
 */
export function gathered<Item, Result>(
  most: number,
  run: (items: Item[]) => Promise<readonly Result[]>,
): (item: Item, isLate: () => boolean) => Promise<Result> {
  let waiting: Asked<Item, Result>[] = []
  let isUnderWay = false
  const running = new Set<Promise<void>>()

  const runTogether = async (together: Asked<Item, Result>[]) => {
    try {
      // In a trace, one call for many belongs to the first of them.
      const results = await together[0]!.inContext(() => run(together.map(({ item }) => item)))
      for (const [index, { answer }] of together.entries()) answer.resolve(results[index]!)
    } catch (error) {
      for (const { answer } of together) answer.reject(error)
    }
  }

  const takeNext = (): Asked<Item, Result>[] => {
    const wanted = waiting.filter(({ isLate, answer }) => {
      const late = isLate()
      if (late) answer.reject(storeUnavailable())
      return !late
    })
    waiting = wanted.slice(most)
    return wanted.slice(0, most)
  }

  const runAll = async () => {
    isUnderWay = true
    // What is asked for in one go is asked for together.
    await Promise.resolve()
    for (let next = takeNext(); next.length > 0; next = takeNext()) {
      const one = runTogether(next).finally(() => running.delete(one))
      running.add(one)
      await within(one, aloneForMs)
      if (running.size >= mostBeside) await Promise.race(running)
    }
    isUnderWay = false
  }

  return (item, isLate) => {
    const answer = Promise.withResolvers<Result>()
    waiting.push({ item, isLate, inContext: AsyncLocalStorage.snapshot(), answer })
    if (!isUnderWay) void runAll()
    return answer.promise
  }
}
