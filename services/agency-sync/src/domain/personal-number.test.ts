import { expect, test } from 'vitest'
import { personalNumberFrom } from './personal-number.ts'

test('writes a number one way, with or without its dash', () => {
  expect(personalNumberFrom('19780903-2399')).toBe('197809032399')
  expect(personalNumberFrom('197809032399')).toBe('197809032399')
})

test('knows coordination numbers, whose day is sixty higher', () => {
  expect(personalNumberFrom('197809632396')).toBe('197809632396')
})

test.each(['197809032398', '197813032399', '197802302391', '7809032399', '19780903239', '19780903 2399', '', 'abc'])(
  'tells that %j cannot exist',
  (text) => {
    expect(personalNumberFrom(text)).toBeUndefined()
  },
)
