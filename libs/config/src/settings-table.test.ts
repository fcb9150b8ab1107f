import { expect, test } from 'vitest'
import { port, secret } from './kinds.ts'
import { neededWith } from './setting.ts'
import { settingsTable } from './settings-table.ts'

const a = port('PORT', { meaning: 'Where it answers.' })

test('each setting is one row, with who reads it', () => {
  const table = settingsTable({ one: { a }, two: { a, b: secret('PASSWORD', { meaning: 'A password.' }) } })
  expect(table.split('\n').slice(2)).toEqual([
    '| `PORT` | all | Where it answers. Takes a port from 1 to 65535. | does not start | `8080` |',
    '| `PASSWORD_FILE` or `PASSWORD` | two | A password. Takes a text. | does not start | … |',
  ])
})

test('a setting that is needed with another says so', () => {
  expect(settingsTable({ one: { b: neededWith('PORT', secret('PASSWORD', { meaning: 'A password.' })) } })).toContain(
    '| left out; needed with `PORT` |',
  )
})

test('one name means one thing', () => {
  expect(() => settingsTable({ one: { a }, two: { a: { ...a, meaning: 'Another thing.' } } })).toThrow('PORT has two meanings')
})

test('where programs do without a setting in different ways, each is told', () => {
  const table = settingsTable({ one: { a: { ...a, otherwise: '1' } }, two: { a: { ...a, otherwise: '2' } } })
  expect(table).toContain('| `1`, `2` |')
})
