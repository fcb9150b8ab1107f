import { expect, test } from 'vitest'
import type { EventBus, EventRecord, Subscription } from './event-bus.ts'
import { subscribeReaction } from './reaction.ts'

const type = 'samresa.teller.v1.Noted'
const eventOf = (stream: string, version: number): EventRecord => ({
  id: `${stream}${version}`,
  type,
  source: 'teller',
  subject: 'p',
  time: '2026-04-28T06:00:00.000Z',
  stream,
  version,
  correlationId: 'c',
  at: '2026-04-28T06:00:00.000Z',
  actor: 'anna',
  data: {},
  commit: { seq: version, hash: 'h', last: true },
})

test('a batch that takes too long is left in the middle of its streams, and what is left comes again at once', async () => {
  const subscriptions: Subscription[] = []
  const bus: EventBus = {
    subscribe: async (subscription) => {
      subscriptions.push(subscription)
      return { caughtUp: async () => undefined, close: async () => undefined }
    },
  }
  const heard: string[] = []
  const react = async ({ id }: EventRecord) => {
    heard.push(id)
    return 'done' as const
  }
  await subscribeReaction({ bus, name: 'reaction', sources: ['teller'], types: [type], react, atMostMs: 0 })
  const outcomes = await subscriptions[0]!.handle([eventOf('s', 1), eventOf('s', 2), eventOf('t', 1), eventOf('s', 3)])
  expect(heard).toEqual(['s1', 't1'])
  expect(outcomes).toEqual(['done', { retryAfterMs: 0 }, 'done', { retryAfterMs: 0 }])
})
