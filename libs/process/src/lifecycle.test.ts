import { createLogger } from '@samresa/telemetry'
import { expect, test, vi } from 'vitest'
import { createLifecycle, type LifecycleOptions } from './lifecycle.ts'

function aProcess(options: Partial<LifecycleOptions> = {}) {
  const exits: number[] = []
  const logged: string[] = []
  const logger = createLogger({ service: 'planning', destination: { write: (line) => void logged.push(line) } })
  const lifecycle = createLifecycle({ logger, exit: (code) => exits.push(code), retryMs: 1, watchMs: 5, ...options })
  return { ...lifecycle, exits, logged }
}

test('it is ready when every part is, and tells which is not', async () => {
  const { health, add, end } = aProcess()
  let keys: true | string = 'none at hand'
  add('mongodb', { ready: async () => true as const })
  add('keys', { ready: () => keys })
  expect(await health.ready()).toEqual({ process: true, mongodb: true, keys: 'none at hand' })
  keys = true
  expect(await health.ready()).toEqual({ process: true, mongodb: true, keys: true })
  await end(0)
})

test('what is not there yet is tried again until it is, and named meanwhile', async () => {
  const { health, obtain, end, logged } = aProcess()
  let there = false
  const store = obtain('mongodb', async () => {
    if (!there) throw new Error('canary')
    return 'store'
  })
  await vi.waitUntil(() => logged.length > 0)
  expect(await health.ready()).toMatchObject({ mongodb: 'not reachable yet' })
  there = true
  expect(await store).toBe('store')
  expect(await health.ready()).toEqual({ process: true })
  expect(logged.join()).not.toContain('canary')
  await end(0)
})

test('at the end it is not ready first, and the last that was opened is closed first', async () => {
  const { health, add, end, exits } = aProcess()
  const closed: string[] = []
  const part = (name: string) => ({
    close: async () => {
      closed.push(`${name} ${(await health.ready())['process']}`)
    },
  })
  add('store', part('store'))
  add('service', part('service'))
  await Promise.all([end(0), end(1)])
  expect(closed).toEqual(['service draining', 'store draining'])
  expect(exits).toEqual([0])
})

test('a part that does not end, or fails to, keeps neither the others open nor the process', async () => {
  const { add, end, exits } = aProcess({ closeWithinMs: 20 })
  const closed: string[] = []
  add('store', { close: async () => closed.push('store') })
  add('failing', { close: () => Promise.reject(new Error('no')) })
  add('stuck', { close: () => new Promise(() => {}) })
  await end(0)
  expect([closed, exits]).toEqual([['store'], [0]])
})

test('a dead part ends the process with a failure, so that whoever runs it starts another', async () => {
  const { health, add, exits, logged } = aProcess()
  let live = true
  add('bus', { health: () => ({ live, reason: 'no fetch for 30 s' }) })
  expect(health.live()).toBe(true)
  live = false
  expect(health.live()).toBe(false)
  await vi.waitUntil(() => exits.length > 0)
  expect(exits).toEqual([1])
  expect(logged.join()).toContain('no fetch for 30 s')
})

test('what opens while the process ends is closed at once', async () => {
  const { add, end } = aProcess()
  await end(0)
  const late = vi.fn(async () => {})
  add('store', { close: late })
  expect(late).toHaveBeenCalledOnce()
})
