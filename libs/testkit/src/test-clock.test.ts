import { expect, test } from 'vitest'
import { aClock } from './test-clock.ts'

test('a test clock stands at local time and moves only when told to', () => {
  const clock = aClock('2026-04-28T08:00')
  expect(clock.now().toString()).toBe('2026-04-28T06:00:00Z')
  clock.advance({ hours: 17 })
  expect(clock.today().toString()).toBe('2026-04-29')
  clock.setTo('2026-12-01T08:00')
  expect(clock.now().toString()).toBe('2026-12-01T07:00:00Z')
})
