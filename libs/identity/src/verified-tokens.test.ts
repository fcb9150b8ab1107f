import { expect, test, vi } from 'vitest'
import { createVerifiedTokens } from './verified-tokens.ts'

const result = (expiresAt: number) => ({ actor: { user: 'af-system', role: 'agency-system', agency: 'AF' } as const, expiresAt })
const later = () => Date.now() + 60_000

test('a token found valid once is found again', () => {
  const tokens = createVerifiedTokens()
  const kept = result(later())
  tokens.keep('a.b.c', 'keys-1', kept)
  expect(tokens.find('a.b.c', 'keys-1')).toBe(kept)
  expect(tokens.find('a.b.d', 'keys-1')).toBeUndefined()
})

test('a token is not found from its expiry on', () => {
  vi.useFakeTimers({ now: 1_000_000 })
  try {
    const tokens = createVerifiedTokens()
    tokens.keep('a.b.c', 'keys-1', result(1_060_000))
    vi.setSystemTime(1_059_999)
    expect(tokens.find('a.b.c', 'keys-1')).toBeDefined()
    vi.setSystemTime(1_060_000)
    expect(tokens.find('a.b.c', 'keys-1')).toBeUndefined()
  } finally {
    vi.useRealTimers()
  }
})

test.each([['keys-2'], [undefined]])('when the key set becomes %s nothing counts as checked', (keySet) => {
  const tokens = createVerifiedTokens()
  tokens.keep('a.b.c', 'keys-1', result(later()))
  expect(tokens.find('a.b.c', keySet)).toBeUndefined()
  expect(tokens.find('a.b.c', 'keys-1')).toBeUndefined()
})

test('nothing is kept while there are no keys', () => {
  const tokens = createVerifiedTokens()
  tokens.keep('a.b.c', undefined, result(later()))
  expect(tokens.find('a.b.c', undefined)).toBeUndefined()
})

test('the oldest token gives way', () => {
  const tokens = createVerifiedTokens(2)
  for (const token of ['one', 'two', 'three']) tokens.keep(token, 'keys-1', result(later()))
  expect(['one', 'two', 'three'].map((token) => tokens.find(token, 'keys-1') !== undefined)).toEqual([false, true, true])
})
