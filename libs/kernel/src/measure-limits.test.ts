import { expect, test } from 'vitest'
import { measureVersionFrom } from './measure-limits.ts'

test('a version is any whole number from 1 on that 64 bits hold, told exactly', () => {
  expect(measureVersionFrom('1')).toBe(1n)
  expect(measureVersionFrom('9223372036854775807')).toBe(9223372036854775807n)
  expect(measureVersionFrom('9223372036854775806')).toBe(9223372036854775806n)
})

test.each([undefined, '', '0', '-1', '01', '1.0', '1e3', ' 1', '9223372036854775808', '10000000000000000000'])(
  '%j is no version',
  (text) => {
    expect(measureVersionFrom(text)).toBeUndefined()
  },
)
