import { expect, test } from 'vitest'
import { personalNumberFrom } from './personal-number.ts'

test.each([
  ['197809032399', '197809032399'],
  ['19780903-2399', '197809032399'],
  ['196901012382', '196901012382'],
  ['200002291235', '200002291235'],
])('%s is a personal number', (text, digits) => {
  expect(personalNumberFrom(text)).toBe(digits)
})

test('a coordination number has its day counted from 61', () => {
  expect(personalNumberFrom('197010632391')).toBe('197010632391')
})

test.each([
  ['197809032398', 'wrong check digit'],
  ['197813032393', 'no thirteenth month'],
  ['197802302393', 'no 30 February'],
  ['190002292399', '1900 was no leap year'],
  ['210003012390', 'nobody is born in that century'],
  ['19780903 2399', 'a blank is no dash'],
  ['197809002392', 'no day 0'],
  ['197809602399', 'day 60 is neither'],
  ['7809032399', 'ten digits leave the century open'],
  ['217809032399', 'not a century anyone lives from'],
  ['19780903+2399', 'another sign'],
  ['19780903-23990', 'a digit too many'],
  ['', 'nothing'],
])('%s is none: %s', (text) => {
  expect(personalNumberFrom(text)).toBeUndefined()
})
