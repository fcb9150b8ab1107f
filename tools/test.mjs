// npm test: every check in order, one line each; ends with "tests: N passed, N failed, N skipped". Not zero when anything failed.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { nodePath, root } from './setup.mjs'
import { runVitest, say, sayResult } from './test-run.mjs'

/** Skips that may stand even where CI=true: what a container without the right to mount cannot do. Any other reason fails there. */
const expectedSkips = [/^needs root and the right to mount/]

const bin = (name) => join(root, 'node_modules/.bin', name)
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
step('generated code and pages are what they are made from', () => checked(run(nodePath(), [join(root, 'tools/generate.mjs'), '--check'])))

// What needs real servers is run by test-engines.mjs.
const result = await runVitest(['--project=!engines', ...process.argv.slice(2)])
process.exitCode = sayResult(result, { expectedSkips, failedSteps }) ? 0 : 1
