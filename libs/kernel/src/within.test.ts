import { expect, test } from 'vitest'
import { within } from './within.ts'

test('tells whether something has come before the time is up', async () => {
  expect(await within(Promise.resolve(), 10_000)).toBe(true)
  expect(await within(new Promise(() => {}), 1)).toBe(false)
})

test('a failure in time is a failure, and one that comes too late troubles nobody', async () => {
  await expect(within(Promise.reject(new Error('no')), 10_000)).rejects.toThrow('no')
  const { promise, reject } = Promise.withResolvers<void>()
  expect(await within(promise, 1)).toBe(false)
  reject(new Error('too late'))
})
