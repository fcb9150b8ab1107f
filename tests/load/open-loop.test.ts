import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { reportSteadily } from './open-loop.ts'

const answered = { sentAt: 0, answeredAt: 0 } as unknown as Awaited<ReturnType<Parameters<typeof reportSteadily>[0]>>

test('reports are due at their pace, however late earlier answers and the sender itself are', async () => {
  const due: number[] = []
  const send = async (dueAt: number) => {
    due.push(dueAt)
    // Busy once, for the time of five reports.
    for (const until = performance.now() + 50; due.length === 3 && performance.now() < until; );
    await pause(20)
    return answered
  }
  await reportSteadily(send, { perSecond: 100, signal: AbortSignal.timeout(150) })
  expect(due.length).toBeGreaterThan(8)
  expect(due.map((at) => Math.round(at - due[0]!))).toEqual(due.map((_, index) => index * 10))
})

test('the first failure ends the sending', async () => {
  let sent = 0
  const send = async () => {
    sent += 1
    throw new Error('refused')
  }
  await expect(reportSteadily(send, { perSecond: 1000, signal: AbortSignal.timeout(5_000) })).rejects.toThrow('refused')
  expect(sent).toBeLessThan(1_000)
})
