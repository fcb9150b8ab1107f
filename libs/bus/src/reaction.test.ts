import { expect, test } from 'vitest'
import type { EventBus, EventRecord, Subscription } from './event-bus.ts'
import { anEvent } from './event-record.builder.ts'
import { subscribeReaction } from './reaction.ts'

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
  await subscribeReaction({ bus, name: 'reaction', sources: ['teller'], types: ['samresa.teller.v1.Noted'], react, atMostMs: 0 })
  const outcomes = await subscriptions[0]!.handle([anEvent('s', 1), anEvent('s', 2), anEvent('t', 1), anEvent('s', 3)])
  expect(heard).toEqual(['s-1', 't-1'])
  expect(outcomes).toEqual(['done', { retryAfterMs: 0 }, 'done', { retryAfterMs: 0 }])
})
