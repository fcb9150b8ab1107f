import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createFeedCursors } from './feed-cursor.ts'

const cursors = createFeedCursors(randomBytes(32))

test('reads the position back that was written', () => {
  expect(cursors.read('AF', cursors.write('AF', 42))).toBe(42)
})

test('a cursor is good for the agency it was given to only', () => {
  expect(cursors.read('FK', cursors.write('AF', 42))).toBeUndefined()
})

test('a cursor with any character changed is none', () => {
  const cursor = cursors.write('AF', 42)
  for (let index = 0; index < cursor.length; index += 1) {
    const other = cursor[index] === 'A' ? 'B' : 'A'
    expect(cursors.read('AF', cursor.slice(0, index) + other + cursor.slice(index + 1))).toBeUndefined()
  }
})

test.each(['nonsense', '42', Buffer.from('1.42.').toString('base64url'), 'x'.repeat(10_000), '\u0000'])('%j is no cursor', (text) => {
  expect(cursors.read('AF', text)).toBeUndefined()
})

test('a cursor of another installation is none', () => {
  expect(cursors.read('AF', createFeedCursors(randomBytes(32)).write('AF', 42))).toBeUndefined()
})
