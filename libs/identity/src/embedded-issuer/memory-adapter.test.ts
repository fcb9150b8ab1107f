import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryAdapter } from './memory-adapter.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

test('an entry is gone when its time is over, wherever it is looked for', async () => {
  const sessions = createMemoryAdapter()('Session')
  await sessions.upsert('s1', { uid: 'u1' }, 60)
  vi.setSystemTime(1_059_999)
  expect([await sessions.find('s1'), await sessions.findByUid('u1')]).toEqual([{ uid: 'u1' }, { uid: 'u1' }])
  vi.setSystemTime(1_060_000)
  expect([await sessions.findByUid('u1'), await sessions.find('s1')]).toEqual([undefined, undefined])
})

test('the models of one adapter do not see each other’s entries', async () => {
  const adapter = createMemoryAdapter()
  await adapter('Session').upsert('same', { uid: 'u1' }, 60)
  expect([await adapter('Grant').find('same'), await adapter('Grant').findByUid('u1')]).toEqual([undefined, undefined])
})

test('when there is no room, what is over goes first and then the oldest', async () => {
  const codes = createMemoryAdapter(2)('AuthorizationCode')
  await codes.upsert('old', {}, 600)
  await codes.upsert('over', {}, 60)
  vi.setSystemTime(1_060_000)
  await codes.upsert('third', {}, 600)
  expect([await codes.find('old'), await codes.find('third')]).toEqual([{}, {}])
  await codes.upsert('fourth', {}, 600)
  expect([await codes.find('old'), await codes.find('third'), await codes.find('fourth')]).toEqual([undefined, {}, {}])
})

test('ending a grant ends all that came of it and nothing else', async () => {
  const tokens = createMemoryAdapter()('RefreshToken')
  await tokens.upsert('mine', { grantId: 'g1' }, 600)
  await tokens.upsert('other', { grantId: 'g2' }, 600)
  await tokens.revokeByGrantId('g1')
  expect([await tokens.find('mine'), await tokens.find('other')]).toEqual([undefined, { grantId: 'g2' }])
})

test('what is used up says when', async () => {
  const codes = createMemoryAdapter()('AuthorizationCode')
  await codes.upsert('c1', {}, 600)
  await codes.consume('c1')
  expect(await codes.find('c1')).toEqual({ consumed: 1_000 })
})
