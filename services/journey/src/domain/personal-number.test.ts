import { expect, test } from 'vitest'
import { impossiblePersonalNumber } from './personal-number.ts'

test('the refusal names the field', () => {
  expect(impossiblePersonalNumber()).toMatchObject({ kind: 'invalid', code: 'INVALID_FIELD', fields: [{ pointer: '/personalNumber' }] })
})
