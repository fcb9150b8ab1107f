import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../product/commands.ts'

const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md']
const textOf = (page: string) => readFileSync(join(repository, page), 'utf8')
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }

test.each(pages)('every command that %s names is there', (page) => {
  const named = [...textOf(page).matchAll(/npm (?:run (?:-s )?([a-z:]+)|(start|test))/g)].map(([, run, short]) => run ?? short!)
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
})

test.each(pages)('every file and picture that %s names is there', (page) => {
  const linked = [...textOf(page).matchAll(/\]\(([^):]+)\)/g)].map(([, path]) => path!)
  const quoted = [...textOf(page).matchAll(/`((?:docs|proto|libs|services|infra|tests|tools)\/[\w./-]*)`/g)].map(([, path]) => path!)
  expect([...linked, ...quoted].filter((path) => !existsSync(join(repository, path)))).toEqual([])
})

test('the README names every command that people run', () => {
  const forBuilders = ['generate', 'format']
  const missing = Object.keys(scripts).filter(
    (name) => !forBuilders.includes(name) && !new RegExp(`npm (run )?(-s )?${name}`).test(textOf('README.md')),
  )
  expect(missing).toEqual([])
})
