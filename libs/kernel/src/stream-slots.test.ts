import { expect, test } from 'vitest'
import { RejectionError, reject } from './rejection.ts'
import { createStreamSlots } from './stream-slots.ts'

const reason = new RejectionError(reject('unavailable', 'DRAINING', 'draining'))
const noEnd = () => {}

test('a client holds as many streams as it may, each client for itself, and a place given back is free', () => {
  const slots = createStreamSlots(2)
  const release = slots.take('anna', () => {})
  slots.take('anna', () => {})
  slots.take('eva', noEnd)
  expect(() => slots.take('anna', noEnd)).toThrow('TOO_MANY_STREAMS')
  release()
  release()
  slots.take('anna', () => {})
  expect(() => slots.take('anna', noEnd)).toThrow('TOO_MANY_STREAMS')
})

test('ending all reaches every open stream with the reason, and none that has gone', () => {
  const slots = createStreamSlots(5)
  const ended: string[] = []
  slots.take('anna', (why) => ended.push(`anna ${why.rejection.code}`))
  slots.take('eva', (why) => ended.push(`eva ${why.rejection.code}`))
  slots.take('frida', () => ended.push('frida'))()
  slots.endAll(reason)
  expect(ended).toEqual(['anna DRAINING', 'eva DRAINING'])
  expect(() => slots.take('halima', noEnd)).toThrow(reason)
})
