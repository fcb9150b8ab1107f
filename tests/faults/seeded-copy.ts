import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { repository } from '../product/commands.ts'
import { createTempFolder } from '../product/temp-folder.ts'
import type { Catcher, Edit } from './seeded-bugs.ts'

/** What a test came to. `words` is what it said when it failed. */
export interface TestResult {
  file: string
  name: string
  state: 'passed' | 'failed' | 'skipped'
  words: string
}

/** The project's sources in a folder of their own, with the installed packages of the project itself. */
export interface SeededCopy extends Disposable {
  /** Puts the bug in until it is disposed of. */
  seed(edits: readonly Edit[]): Disposable
  /**
   * Runs the named tests alone, each for so many ms where it sets itself no time. Rejects with what the run said when it gave no results.
   */
  run(tests: readonly Catcher[], testTimeoutMs: number): Promise<TestResult[]>
}

const sources = ['libs', 'services', 'infra', 'tests', 'tools', 'proto']
const settings = ['package.json', 'pnpm-workspace.yaml', 'tsconfig.json', 'tsconfig.base.json', 'vitest.config.ts']
const made = new Set(['dist', '.bin', '.vite', '.vite-temp', '.vitest-cache'])

export function copySources(): SeededCopy {
  const folder = createTempFolder('seeded')
  const root = folder.path
  const filter = (path: string) => !made.has(basename(path))
  // The packages' own links are relative: those to each other lead into the copy, the others to the installed packages.
  for (const name of sources) cpSync(join(repository, name), join(root, name), { recursive: true, verbatimSymlinks: true, filter })
  for (const name of settings) cpSync(join(repository, name), join(root, name))
  mkdirSync(join(root, 'node_modules'))
  for (const name of readdirSync(join(repository, 'node_modules')).filter(filter)) {
    symlinkSync(join(repository, 'node_modules', name), join(root, 'node_modules', name))
  }

  return {
    seed(edits) {
      const before = new Map(edits.map(({ file }) => [file, readFileSync(join(root, file), 'utf8')]))
      const after = new Map(before)
      for (const edit of edits) after.set(edit.file, seededFrom(after.get(edit.file)!, edit))
      const write = (texts: Map<string, string>) => {
        for (const [file, text] of texts) writeFileSync(join(root, file), text)
      }
      write(after)
      return { [Symbol.dispose]: () => write(before) }
    },
    async run(tests, testTimeoutMs) {
      const report = join(root, 'report.json')
      rmSync(report, { force: true })
      const child = spawn(process.execPath, [...argumentsFor(tests), `--testTimeout=${testTimeoutMs}`, `--outputFile=${report}`], {
        cwd: root,
        env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'))),
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let said = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          said += chunk
        })
      }
      await once(child, 'close')
      if (!existsSync(report)) throw new Error(`the tests could not be run:\n${said}`)
      return resultsIn(readFileSync(report, 'utf8'), root)
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

/** The text with the bug in it. Throws when the place is not there any more, or is not the only one. */
export function seededFrom(text: string, { file, search, replacement }: Edit): string {
  const places = text.split(search).length - 1
  if (places !== 1) throw new Error(`${file}: the place of a seeded bug is there ${places} times instead of once: ${search}`)
  return text.replace(search, () => replacement)
}

function argumentsFor(tests: readonly Catcher[]): string[] {
  const each = (values: string[]) => [...new Set(values)]
  const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return [
    ...[join(repository, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=json'],
    ...each(tests.map(({ project }) => `--project=${project}`)),
    ...['-t', each(tests.map(({ name }) => escaped(name))).join('|')],
    ...each(tests.map(({ file }) => file)),
  ]
}

interface JsonReport {
  testResults: {
    name: string
    assertionResults: { title: string; status: string; failureMessages: string[] | null }[]
  }[]
}

function resultsIn(report: string, root: string): TestResult[] {
  const { testResults } = JSON.parse(report) as JsonReport
  return testResults.flatMap(({ name: path, assertionResults }) =>
    assertionResults.map(({ title, status, failureMessages }) => ({
      file: path.slice(root.length + 1),
      name: title,
      state: status === 'passed' || status === 'failed' ? status : 'skipped',
      words: (failureMessages ?? []).join('\n'),
    })),
  )
}
