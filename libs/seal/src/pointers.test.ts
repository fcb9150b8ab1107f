import { expect, test } from 'vitest'
import { putBack, takeOut } from './pointers.ts'

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
  return value
}

test('values leave a copy, and the original may be frozen', () => {
  const data = frozen({ a: { b: 'x', c: 'y' }, list: [{ d: 'z' }, { d: 'q' }] })
  expect(takeOut(data, ['/a/b', '/list/1/d'])).toEqual({
    rest: { a: { c: 'y' }, list: [{ d: 'z' }, {}] },
    taken: { '/a/b': 'x', '/list/1/d': 'q' },
  })
})

test('values come back into a copy, and the original may be frozen', () => {
  const rest = frozen({ a: { c: 'y' }, list: [{ d: 'z' }, {}] })
  expect(putBack(rest, { '/a/b': 'x', '/list/1/d': 'q' })).toEqual({ a: { b: 'x', c: 'y' }, list: [{ d: 'z' }, { d: 'q' }] })
})

test.each(['/none', '/a/none', '/a/b/c', '/list/7/d', '/undefined', '/__proto__/x', '/toString'])(
  'a pointer to nothing is skipped: %s',
  (pointer) => {
    const data = { a: { b: 'x' }, list: [{}], undefined: undefined }
    expect(takeOut(data, [pointer])).toStrictEqual({ rest: data, taken: {} })
  },
)

test('empty values are taken too', () => {
  expect(takeOut({ a: '', b: [], c: false }, ['/a', '/b', '/c'])).toEqual({ rest: {}, taken: { '/a': '', '/b': [], '/c': false } })
})

test('names with slashes and tildes are written as RFC 6901 says', () => {
  expect(takeOut({ 'a/b': { 'c~d': 'x' } }, ['/a~1b/c~0d']).taken).toEqual({ '/a~1b/c~0d': 'x' })
})

test('a place whose container is gone is left out', () => {
  expect(putBack({}, { '/a/b': 'x' })).toEqual({})
})
