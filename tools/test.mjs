// npm test: every check in order, one line each; ends with "tests: N passed, N failed, N skipped". Not zero when anything failed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodePath, root } from './setup.mjs'

/** Skips that may stand even where CI=true: what a container without the right to mount cannot do. Any other reason fails there. */
const expectedSkips = [/^needs root and the right to mount/]

const bin = (name) => join(root, 'node_modules/.bin', name)
const say = (text) => process.stdout.write(`${text}\n`)
let failedSteps = 0

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, ...options })
}

/** One check: `work` answers with the text of what is wrong, or undefined, and a word on what was seen. */
function step(name, work) {
  const started = Date.now()
  const { wrong, seen } = work()
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  if (wrong !== undefined) {
    failedSteps += 1
    say(wrong.trimEnd())
  }
  say(`${wrong === undefined ? 'ok  ' : 'FAIL'} ${name}${seen === undefined ? '' : `: ${seen}`} (${seconds} s)`)
}

const checked = (result) => (result.status === 0 ? {} : { wrong: `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}` })

const sourceFiles = ['libs', 'services', 'infra', 'tests'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\/(node_modules|dist)(\/|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length)),
)

function dependencyRules() {
  const result = run(bin('depcruise'), [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    'libs',
    'services',
    'infra',
    'tests',
  ])
  let report
  try {
    report = JSON.parse(result.stdout)
  } catch {
    return { wrong: `${result.stdout}${result.stderr}` }
  }
  const wrong = report.summary.violations.map(({ rule, from, to }) => `  ${rule.name}: ${from} -> ${to}`)
  // A tool that cannot read TypeScript reports no violations over no modules: what it has not seen is a failure too.
  const seen = new Set(report.modules.map((module) => module.source))
  wrong.push(...sourceFiles.filter((file) => !seen.has(file)).map((file) => `  not seen by the dependency rules: ${file}`))
  return { seen: `${sourceFiles.length} source files seen`, ...(wrong.length > 0 && { wrong: wrong.join('\n') }) }
}

step('format and lint', () => checked(run(bin('biome'), ['ci', '--colors=off', '.'])))
for (const project of ['tsconfig.json', 'services/portal/src/web/tsconfig.json']) {
  step(`types of ${project}`, () => checked(run(nodePath(), [join(root, 'node_modules/@typescript/native/bin/tsc'), '-p', project])))
}
step('dependency rules', dependencyRules)
step('contract lint', () => checked(run(bin('buf'), ['lint'])))
step('generated code is what the contract gives', () => checked(run(nodePath(), [join(root, 'tools/generate.mjs'), '--check'])))

const scratch = mkdtempSync(join(tmpdir(), 'samresa-tests-'))
const summaryFile = join(scratch, 'summary.json')
const startedTests = Date.now()
const vitest = spawnSync(
  bin('vitest'),
  ['run', '--reporter=default', `--reporter=${join(root, 'tools/test-reporter.mjs')}`, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, SAMRESA_TEST_SUMMARY: summaryFile },
  },
)
const summary = existsSync(summaryFile)
  ? JSON.parse(readFileSync(summaryFile, 'utf8'))
  : { tests: [], failedModules: ['the test run gave no summary'], errors: 1 }
rmSync(scratch, { recursive: true, force: true })

const by = (state) => summary.tests.filter((test) => test.state === state)
const skipped = [...by('skipped'), ...by('pending')]
const unexpected = skipped.filter((test) => !expectedSkips.some((pattern) => pattern.test(test.note ?? '')))
say(
  `\nThe ten slowest of ${summary.tests.length} tests (${((Date.now() - startedTests) / 1000).toFixed(0)} s on ${availableParallelism()} cores):`,
)
for (const test of summary.tests.toSorted((a, b) => b.ms - a.ms).slice(0, 10))
  say(`  ${(test.ms / 1000).toFixed(1).padStart(6)} s  ${test.file}: ${test.name}`)
say(`Skipped: ${skipped.length}`)
for (const test of skipped)
  say(`  ${test.file}: ${test.name}: ${test.note ?? 'no reason given'}${unexpected.includes(test) ? ' (not expected)' : ''}`)
for (const file of summary.failedModules) say(`Could not be run: ${file}`)

const unexpectedFail = process.env.CI === 'true' && unexpected.length > 0
if (unexpectedFail) say('FAIL a skip that is not expected here')
if (failedSteps > 0) say(`FAIL ${failedSteps} of the checks before the tests`)
const failed = by('failed').length + summary.failedModules.length
say(`tests: ${by('passed').length} passed, ${failed} failed, ${skipped.length} skipped`)
process.exitCode = failedSteps > 0 || failed > 0 || vitest.status !== 0 || unexpectedFail || summary.tests.length === 0 ? 1 : 0
