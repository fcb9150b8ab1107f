import type { Leases } from '@samresa/store'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { inTurn, type Turn } from './lease-turn.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => vi.useRealTimers())

/** Begins a turn and hands it out; the work lasts until `done`. */
async function aTurn(leases: Leases) {
  const begun = Promise.withResolvers<Turn>()
  const { promise, resolve: done } = Promise.withResolvers<void>()
  const closing = new AbortController()
  const ended = inTurn({ leases, name: 'n', owner: 'me', closing: closing.signal }, async (turn) => {
    begun.resolve(turn)
    await promise
  })
  return { turn: await begun.promise, done, ended, close: () => closing.abort() }
}

const takenAt = (epochs: (number | undefined)[]): Leases & { released: string[] } => ({
  released: [],
  take: async () => {
    const epoch = epochs.shift()
    return epoch === undefined ? undefined : { epoch }
  },
  release: async function (this: { released: string[] }, name) {
    this.released.push(name)
  },
})

test('nothing is done while another process holds the lease', async () => {
  const closing = new AbortController().signal
  await inTurn({ leases: takenAt([undefined]), name: 'n', owner: 'me', closing }, () => Promise.reject(new Error('worked')))
})

test('a turn lasts as long as it is renewed, and is given up at the end', async () => {
  const leases = takenAt([1, 1, 1, 1, 1])
  const { turn, done, ended } = await aTurn(leases)
  for (const _ of [1, 2, 3, 4]) {
    await vi.advanceTimersByTimeAsync(5_000)
    expect(turn.isOver()).toBe(false)
  }
  done()
  await ended
  expect(leases.released).toEqual(['n'])
})

test("a turn is over when the lease has been somebody else's meanwhile", async () => {
  const { turn, done, ended } = await aTurn(takenAt([1, 3]))
  await vi.advanceTimersByTimeAsync(5_000)
  expect([turn.isOver(), turn.signal.aborted]).toEqual([true, true])
  done()
  await ended
})

test('a process that cannot renew, or was frozen, knows that its turn is over before anybody else has one', async () => {
  let asked = 0
  const leases: Leases = {
    take: async () => {
      asked += 1
      return asked === 1 ? { epoch: 1 } : new Promise(() => {})
    },
    release: async () => {},
  }
  const { turn, done, ended } = await aTurn(leases)
  await vi.advanceTimersByTimeAsync(9_999)
  expect(turn.isOver()).toBe(false)
  await vi.advanceTimersByTimeAsync(2)
  expect(turn.isOver()).toBe(true)
  done()
  await ended
})

test('closing ends a turn', async () => {
  const { turn, done, ended, close } = await aTurn(takenAt([1]))
  close()
  expect([turn.isOver(), turn.signal.aborted]).toEqual([true, true])
  done()
  await ended
})
