import { expect, test } from 'vitest'
import { latencyOf, median, medianOf, percentile } from './statistics.ts'

test('a percentile is the value that the share does not exceed', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1), percentile([7], 0.99)]).toEqual([50, 99, 100, 7])
})

test('latencies are told with two decimals', () => {
  expect(latencyOf([1.234, 1.236, 9.999])).toEqual({ p50: 1.24, p99: 10 })
})

test('the median of runs is taken figure by figure', () => {
  expect(
    medianOf([
      { perSecond: 3, p50: 1, p99: 9 },
      { perSecond: 1, p50: 2, p99: 8 },
      { perSecond: 2, p50: 3, p99: 7 },
    ]),
  ).toEqual({ perSecond: 2, p50: 2, p99: 8 })
})

test('a run that does not count is the worst of them', () => {
  expect(median([null, 5, 6])).toBe(5)
  expect(median([null, null, 6])).toBeNull()
})
