import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { atPace } from './open-loop.ts'

test('everything is due at its pace, however late earlier answers and the sender itself are', async () => {
  const due: number[] = []
  const send = async (dueAt: number) => {
    due.push(dueAt)
    // Busy once, for the time of five reports.
    for (const until = performance.now() + 50; due.length === 3 && performance.now() < until; );
    await pause(20)
  }
  await atPace(send, { perSecond: 100, signal: AbortSignal.timeout(150) })
  expect(due.length).toBeGreaterThan(8)
  expect(due.map((at) => Math.round(at - due[0]!))).toEqual(due.map((_, index) => index * 10))
})

test('the first failure ends the sending', async () => {
  let sent = 0
  const send = async () => {
    sent += 1
    throw new Error('refused')
  }
  await expect(atPace(send, { perSecond: 1000, signal: AbortSignal.timeout(5_000) })).rejects.toThrow('refused')
  expect(sent).toBeLessThan(1_000)
})
