import { expect, test } from 'vitest'
import { createLiveRows, createSharedLiveRows } from './live-rows.ts'
import type { TimelineRow } from './ports.ts'

const rowOf = (subject: string) => ({ subject }) as TimelineRow

test('where one process has the store to itself, rows come as they are announced, to those who listen', () => {
  const live = createLiveRows()
  const heard: unknown[] = []
  const stop = live.listen('yonas', (row) => heard.push(row?.subject))
  live.announce([rowOf('yonas'), rowOf('rania')])
  stop()
  live.announce([rowOf('yonas')])
  expect(heard).toEqual(['yonas'])
})

test('in a shared store a listener hears what this process and the store tell, and is told to read now and then whatever they tell', async () => {
  let tell: (rows: TimelineRow[]) => void = () => undefined
  const live = createSharedLiveRows((listener) => {
    tell = listener
    return () => undefined
  }, 20)
  const heard: unknown[] = []
  const stop = live.listen('yonas', (row) => heard.push(row?.subject))
  tell([rowOf('yonas'), rowOf('rania')])
  live.announce([rowOf('yonas')])
  expect(heard).toEqual(['yonas', 'yonas'])
  await expect.poll(() => heard.slice(2)).toContain(undefined)
  stop()
  live.close()
})
