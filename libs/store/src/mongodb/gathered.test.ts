import { AsyncLocalStorage } from 'node:async_hooks'
import { RejectionError } from '@samresa/kernel'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { gathered } from './gathered.ts'

const wanted = () => false

/** Runs that end when the test says so. */
function heldRuns(most = 100) {
  const runs: { items: number[]; context: unknown; end: PromiseWithResolvers<void> }[] = []
  const context = new AsyncLocalStorage<string>()
  const ask = gathered(most, async (items: number[]) => {
    const end = Promise.withResolvers<void>()
    runs.push({ items, context: context.getStore(), end })
    await end.promise
    return items.map((item) => item * 10)
  })
  /** Lets everything happen that waits for no time and no run. */
  const settle = () => vi.advanceTimersByTimeAsync(0)
  return { ask: (item: number, isLate = wanted) => ask(item, isLate), runs, context, settle, items: () => runs.map((run) => run.items) }
}

describe('calls that are gathered', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('what is asked for in one go, or while a run is under way, goes together, and each gets its own answer', async () => {
    const { ask, runs, settle, items } = heldRuns()
    const first = [ask(1), ask(2)]
    await settle()
    const second = [ask(3), ask(4), ask(5)]
    await settle()
    expect(items()).toEqual([[1, 2]])
    runs[0]!.end.resolve()
    await settle()
    runs[1]!.end.resolve()
    expect(await Promise.all([...first, ...second])).toEqual([10, 20, 30, 40, 50])
    expect(items()).toEqual([
      [1, 2],
      [3, 4, 5],
    ])
  })

  test('what is asked for once nothing is under way any more is run again', async () => {
    const { ask, runs, settle } = heldRuns()
    const first = ask(1)
    await settle()
    runs[0]!.end.resolve()
    await first
    const second = ask(1)
    await settle()
    runs[1]!.end.resolve()
    expect(await second).toBe(10)
  })

  test('a run that fails fails what was in it and nothing else', async () => {
    const { ask, runs, settle } = heldRuns()
    const first = Promise.allSettled([ask(1), ask(2)])
    await settle()
    const second = ask(3)
    runs[0]!.end.reject(new Error('away'))
    expect((await first).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await settle()
    runs[1]!.end.resolve()
    expect(await second).toBe(30)
  })

  test('no run takes more than it may, and the rest follows in order', async () => {
    const { ask, runs, settle, items } = heldRuns(2)
    const all = [ask(1), ask(2), ask(3)]
    await settle()
    runs[0]!.end.resolve()
    await settle()
    runs[1]!.end.resolve()
    expect(await Promise.all(all)).toEqual([10, 20, 30])
    expect(items()).toEqual([[1, 2], [3]])
  })

  test('what nobody waits for any more when its run would begin is not run, however long that took', async () => {
    const { ask, runs, settle, items } = heldRuns()
    const first = ask(1)
    await settle()
    let isLate = false
    const givenUp = ask(2, () => isLate).catch((error: unknown) => error)
    const still = ask(3)
    isLate = true
    runs[0]!.end.resolve()
    await settle()
    runs[1]!.end.resolve()
    expect(await Promise.all([first, givenUp, still])).toEqual([10, expect.any(RejectionError), 30])
    expect(items()).toEqual([[1], [3]])
  })

  test('a run that does not end holds up nobody for longer than half a second, and no more than ten are under way', async () => {
    const { ask, runs, items } = heldRuns()
    const all: Promise<number>[] = []
    for (let item = 0; item < 12; item++) {
      all.push(ask(item))
      await vi.advanceTimersByTimeAsync(499)
      expect(items().length).toBe(Math.min(item + 1, 10))
      await vi.advanceTimersByTimeAsync(1)
    }
    runs[4]!.end.resolve()
    await vi.advanceTimersByTimeAsync(0)
    expect(items().slice(10)).toEqual([[10, 11]])
    for (const { end } of runs) end.resolve()
    expect(await Promise.all(all)).toEqual(Array.from({ length: 12 }, (_, item) => item * 10))
  })

  test('each run happens in the context of the first who asked for it', async () => {
    const { ask, runs, context, settle } = heldRuns()
    const first = context.run('first', () => ask(1))
    await settle()
    const second = [context.run('second', () => ask(2)), context.run('third', () => ask(3))]
    runs[0]!.end.resolve()
    await settle()
    runs[1]!.end.resolve()
    await Promise.all([first, ...second])
    expect(runs.map((run) => run.context)).toEqual(['first', 'second'])
  })
})
