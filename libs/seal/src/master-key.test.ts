import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readOrMakeMasterKey } from './master-key.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'samresa-master-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('the key is made once and is the same from then on', () => {
  const file = join(folder, 'keys', 'master.key')
  const made = readOrMakeMasterKey(file)
  expect(made).toHaveLength(32)
  expect(readOrMakeMasterKey(file)).toEqual(made)
  expect(readdirSync(join(folder, 'keys'))).toEqual(['master.key'])
})

test('two installations have different keys', () => {
  expect(readOrMakeMasterKey(join(folder, 'a'))).not.toEqual(readOrMakeMasterKey(join(folder, 'b')))
})

test('only the owner may read the file', () => {
  const file = join(folder, 'master.key')
  readOrMakeMasterKey(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test.each(['', 'short', 'A'.repeat(44)])('a damaged file is never replaced by a new key (%j)', (content) => {
  const file = join(folder, 'master.key')
  writeFileSync(file, content)
  expect(() => readOrMakeMasterKey(file)).toThrow('damaged')
})
