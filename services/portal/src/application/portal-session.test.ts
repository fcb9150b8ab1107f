import { roles } from '@samresa/kernel'
import { expect, test } from 'vitest'
import { purposeOf, signedInFrom } from './portal-session.ts'

const tokenWith = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`

test('staff, auditors and participants give the purpose that is theirs', () => {
  expect([purposeOf('caseworker'), purposeOf('officer'), purposeOf('auditor'), purposeOf('participant')]).toEqual([
    'planning',
    'planning',
    'audit',
    undefined,
  ])
})

test('the page learns who is logged in, and nothing else of the token', () => {
  const claims = { sub: 'anna', agency: 'AME', realm_access: { roles: ['offline_access', 'caseworker'] }, secret: 'x' }
  expect(signedInFrom(tokenWith(claims), roles)).toEqual({ user: 'anna', role: 'caseworker', agency: 'AME' })
})

test('a token without a known role logs nobody in', () => {
  for (const token of ['', 'a.b.c', tokenWith({ sub: 'x' }), tokenWith({ sub: 'x', realm_access: { roles: ['admin'] } })])
    expect(signedInFrom(token, roles)).toBeUndefined()
})
