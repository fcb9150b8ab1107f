import { describe, expect, test } from 'vitest'
import { gathered } from './gathered.ts'

/** Runs that end when the test says so. */
function heldRuns(most = 100) {
  const runs: { items: number[]; end: PromiseWithResolvers<void> }[] = []
  const ask = gathered(most, async (items: number[]) => {
    const end = Promise.withResolvers<void>()
    runs.push({ items, end })
    await end.promise
    return items.map((item) => item * 10)
  })
  const began = (count: number) => expect.poll(() => runs.length).toBe(count)
  return { ask, runs, began }
}

describe('calls that are gathered', () => {
  test('what is asked for in one go, or while a run is under way, goes together, and each gets its own answer', async () => {
    const { ask, runs, began } = heldRuns()
    const first = [ask(1), ask(2)]
    await began(1)
    const second = [ask(3), ask(4), ask(5)]
    runs[0]!.end.resolve()
    await began(2)
    runs[1]!.end.resolve()
    expect(await Promise.all([...first, ...second])).toEqual([10, 20, 30, 40, 50])
    expect(runs.map(({ items }) => items)).toEqual([
      [1, 2],
      [3, 4, 5],
    ])
  })

  test('what is asked for once nothing is under way any more is run again', async () => {
    const { ask, runs, began } = heldRuns()
    const first = ask(1)
    await began(1)
    runs[0]!.end.resolve()
    await first
    const second = ask(1)
    await began(2)
    runs[1]!.end.resolve()
    expect(await second).toBe(10)
  })

  test('a run that fails fails what was in it and nothing else', async () => {
    const { ask, runs, began } = heldRuns()
    const first = Promise.allSettled([ask(1), ask(2)])
    await began(1)
    const second = ask(3)
    runs[0]!.end.reject(new Error('away'))
    expect((await first).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await began(2)
    runs[1]!.end.resolve()
    expect(await second).toBe(30)
  })

  test('no run takes more than it may, and the rest follows in order', async () => {
    const { ask, runs, began } = heldRuns(2)
    const all = [ask(1), ask(2), ask(3)]
    await began(1)
    runs[0]!.end.resolve()
    await began(2)
    runs[1]!.end.resolve()
    expect(await Promise.all(all)).toEqual([10, 20, 30])
    expect(runs.map(({ items }) => items)).toEqual([[1, 2], [3]])
  })
})
