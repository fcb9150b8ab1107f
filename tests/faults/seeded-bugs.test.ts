import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../product/commands.ts'
import { type Edit, seededBugs } from './seeded-bugs.ts'
import { seededFrom } from './seeded-copy.ts'

const textOf = ({ file }: Edit) => readFileSync(join(repository, file), 'utf8')

test.each(seededBugs)('the place is still there of: $name', ({ edits }) => {
  for (const edit of edits) expect(seededFrom(textOf(edit), edit)).not.toBe(textOf(edit))
})

test('a place that is gone, or is there twice, is named with its file', () => {
  const edit = { file: 'a.ts', search: 'b', replacement: 'c' }
  expect(seededFrom('abd', edit)).toBe('acd')
  expect(() => seededFrom('ad', edit)).toThrow('a.ts: the place of a seeded bug is there 0 times')
  expect(() => seededFrom('bb', edit)).toThrow('a.ts: the place of a seeded bug is there 2 times')
})
