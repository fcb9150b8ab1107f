import { expect, test } from 'vitest'
import { type ClosingStep, closeInOrder } from './close-in-order.ts'

async function closing(steps: ClosingStep[], withinMs = 1_000) {
  const undone: string[] = []
  const began = performance.now()
  await closeInOrder(steps, { withinMs, leftUndone: (name, error) => undone.push(`${name}: ${(error as Error).message}`) })
  return { undone, ms: performance.now() - began }
}

test('each step waits for the one before it', async () => {
  const done: string[] = []
  const step = (name: string): ClosingStep => [
    name,
    async () => {
      done.push(`${name} begins`)
      await new Promise(setImmediate)
      done.push(`${name} ends`)
    },
  ]
  const { undone } = await closing([step('portal'), step('stores')])
  expect(done).toEqual(['portal begins', 'portal ends', 'stores begins', 'stores ends'])
  expect(undone).toEqual([])
})

test('a step that fails, at once or later, is told and keeps no other from its turn', async () => {
  const done: string[] = []
  const { undone } = await closing([
    [
      'portal',
      () => {
        throw new Error('disk')
      },
    ],
    ['journey', () => Promise.reject(new Error('full'))],
    ['stores', async () => void done.push('stores')],
  ])
  expect(undone).toEqual(['portal: disk', 'journey: full'])
  expect(done).toEqual(['stores'])
})

test('steps that never end are left behind when the time for all is over, and the rest still has its turn', async () => {
  const never = () => new Promise<never>(() => undefined)
  const done: string[] = []
  const steps: ClosingStep[] = [
    ['agency-sync', never],
    ['audit', never],
    ['stores', async () => void done.push('stores')],
  ]
  const { undone, ms } = await closing(steps, 50)
  expect(undone).toEqual([expect.stringMatching(/^agency-sync: /), expect.stringMatching(/^audit: /)])
  expect(done).toEqual(['stores'])
  expect(ms).toBeLessThan(1_000)
})
