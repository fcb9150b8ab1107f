import { expect, test } from 'vitest'
import { returnPathFrom } from './return-path.ts'

test('a visitor comes back to the page they asked for', () => {
  expect(returnPathFrom('/participants/1?vecka=2026-05-04')).toBe('/participants/1?vecka=2026-05-04')
})

test('nobody is sent to another site or round in circles', () => {
  for (const wanted of [
    undefined,
    '',
    'https://evil.invalid/',
    '//evil.invalid',
    '/\\evil.invalid',
    '/\t/evil.invalid',
    '/auth/login',
    `/${'x'.repeat(600)}`,
  ])
    expect(returnPathFrom(wanted)).toBe('/')
})
