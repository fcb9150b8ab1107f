import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createWatchdog } from './watchdog.ts'

const seconds = (count: number) => count * 1000
const quiet = { error: () => undefined } as never

/** One consumer whose brokers say that five events wait, as long as the test does not say otherwise. */
function watched() {
  const began = performance.now()
  const consumer = {
    fetchedAt: began,
    joinedAt: Number.NEGATIVE_INFINITY,
    busySince: undefined as number | undefined,
    lag: 5 as number | Error,
    hasMore: false,
  }
  const watchdog = createWatchdog({
    consumers: () =>
      new Map([
        [
          'timeline',
          {
            consumer: { busySince: () => consumer.busySince },
            feed: {
              dead: () => undefined,
              fetchedAt: () => consumer.fetchedAt,
              joinedAt: () => consumer.joinedAt,
              hasMore: () => consumer.hasMore,
            },
          },
        ],
      ]),
    lagOf: async () => {
      if (consumer.lag instanceof Error) throw consumer.lag
      return consumer.lag
    },
    logger: quiet,
  })
  return { consumer, watchdog }
}

describe('the watchdog of consumers', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('gives a consumer up that fetches nothing for half a minute although events wait', async () => {
    const { watchdog } = watched()
    await vi.advanceTimersByTimeAsync(seconds(34))
    expect(watchdog.reason()).toBeUndefined()
    await vi.advanceTimersByTimeAsync(seconds(6))
    expect(watchdog.reason()).toMatch(/timeline has fetched nothing for \d\d s although events wait/)
  })

  it('leaves a consumer alone for which nothing waits', async () => {
    const { consumer, watchdog } = watched()
    consumer.lag = 0
    await vi.advanceTimersByTimeAsync(seconds(300))
    expect(watchdog.reason()).toBeUndefined()
  })

  it('leaves a consumer alone of which no broker says anything', async () => {
    const { consumer, watchdog } = watched()
    consumer.lag = new Error('no broker answers')
    await vi.advanceTimersByTimeAsync(seconds(300))
    expect(watchdog.reason()).toBeUndefined()
  })

  it('leaves a consumer alone that works off what it has fetched, and counts anew from there', async () => {
    const { consumer, watchdog } = watched()
    await vi.advanceTimersByTimeAsync(seconds(10))
    consumer.hasMore = true
    consumer.busySince = performance.now()
    await vi.advanceTimersByTimeAsync(seconds(55))
    consumer.busySince = undefined
    await vi.advanceTimersByTimeAsync(seconds(29))
    expect(watchdog.reason()).toBeUndefined()
    await vi.advanceTimersByTimeAsync(seconds(11))
    expect(watchdog.reason()).toMatch(/fetched nothing/)
  })

  it('gives a consumer up that fetches nothing although it has nothing left, however often it is at work', async () => {
    const { consumer, watchdog } = watched()
    for (let turns = 0; turns < 4; turns++) {
      consumer.busySince = performance.now()
      await vi.advanceTimersByTimeAsync(seconds(10))
    }
    expect(watchdog.reason()).toMatch(/fetched nothing/)
  })

  it('gives a consumer up that has joined and then fetches nothing for half a minute', async () => {
    const { consumer, watchdog } = watched()
    await vi.advanceTimersByTimeAsync(seconds(20))
    consumer.joinedAt = performance.now()
    await vi.advanceTimersByTimeAsync(seconds(29))
    expect(watchdog.reason()).toBeUndefined()
    await vi.advanceTimersByTimeAsync(seconds(6))
    expect(watchdog.reason()).toMatch(/fetched nothing/)
  })

  it('leaves a consumer alone that joins its group again and again while brokers restart', async () => {
    const { consumer, watchdog } = watched()
    for (let joins = 0; joins < 3; joins++) {
      await vi.advanceTimersByTimeAsync(seconds(28))
      consumer.joinedAt = performance.now()
    }
    await vi.advanceTimersByTimeAsync(seconds(28))
    expect(watchdog.reason()).toBeUndefined()
  })

  it('gives a consumer up that for two minutes does nothing but join', async () => {
    const { consumer, watchdog } = watched()
    for (let joins = 0; joins < 13; joins++) {
      await vi.advanceTimersByTimeAsync(seconds(10))
      consumer.joinedAt = performance.now()
    }
    expect(watchdog.reason()).toMatch(/has fetched nothing for 1\d\d s/)
  })

  it('gives a consumer up whose handler does not come back for a minute', () => {
    const { consumer, watchdog } = watched()
    consumer.busySince = performance.now()
    vi.advanceTimersByTime(seconds(59))
    expect(watchdog.reason()).toBeUndefined()
    vi.advanceTimersByTime(seconds(2))
    expect(watchdog.reason()).toMatch(/handler of timeline does not come back/)
  })
})
