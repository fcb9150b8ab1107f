// One run of vitest and the words about it; shared by test.mjs and test-engines.mjs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodePath, root } from './setup.mjs'

export const say = (text) => process.stdout.write(`${text}\n`)

/** Runs vitest with these arguments to its end: every test with its state, what could not be run, and whether vitest was content. */
export async function runVitest(args, env = {}) {
  const scratch = mkdtempSync(join(tmpdir(), 'samresa-tests-'))
  const summaryFile = join(scratch, 'summary.json')
  const started = Date.now()
  const vitest = spawn(
    nodePath(),
    [
      ...[join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default'],
      ...[`--reporter=${join(root, 'tools/test-reporter.mjs')}`, ...args],
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env, SAMRESA_TEST_SUMMARY: summaryFile } },
  )
  const [code] = await once(vitest, 'exit')
  const summary = existsSync(summaryFile)
    ? JSON.parse(readFileSync(summaryFile, 'utf8'))
    : { tests: [], failedModules: ['the test run gave no summary'], errors: 1 }
  rmSync(scratch, { recursive: true, force: true })
  return { ...summary, content: code === 0, seconds: (Date.now() - started) / 1000 }
}

/**
 * Says the slowest tests, every skip with its reason, and last "tests: N passed, N failed, N skipped". With CI=true a skip whose reason is
 * not among the expected ones is a failure. Answers whether all is well.
 */
export function sayResult({ tests, failedModules, content, seconds }, { expectedSkips = [], failedSteps = 0 } = {}) {
  const by = (state) => tests.filter((test) => test.state === state)
  const skipped = [...by('skipped'), ...by('pending')]
  const unexpected = skipped.filter((test) => !expectedSkips.some((pattern) => pattern.test(test.note ?? '')))
  say(`\nThe ten slowest of ${tests.length} tests (${seconds.toFixed(0)} s on ${availableParallelism()} cores):`)
  for (const test of tests.toSorted((a, b) => b.ms - a.ms).slice(0, 10))
    say(`  ${(test.ms / 1000).toFixed(1).padStart(6)} s  ${test.file}: ${test.name}`)
  say(`Skipped: ${skipped.length}`)
  for (const test of skipped)
    say(`  ${test.file}: ${test.name}: ${test.note ?? 'no reason given'}${unexpected.includes(test) ? ' (not expected)' : ''}`)
  for (const file of failedModules) say(`Could not be run: ${file}`)

  const unexpectedFail = process.env.CI === 'true' && unexpected.length > 0
  if (unexpectedFail) say('FAIL a skip that is not expected here')
  if (failedSteps > 0) say(`FAIL ${failedSteps} of the checks before the tests`)
  const failed = by('failed').length + failedModules.length
  say(`tests: ${by('passed').length} passed, ${failed} failed, ${skipped.length} skipped`)
  return failedSteps === 0 && failed === 0 && content && !unexpectedFail && tests.length > 0
}
