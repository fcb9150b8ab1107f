// Makes libs/contracts/src/gen anew from proto/, and the pages in docs/ that list what the code declares.  node tools/run.mjs tools/generate.mjs [--check]
// With --check nothing is written: it fails when what is committed differs from what they give.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { metricsPage } from './metrics-page.mjs'
import { settingsPage } from './settings-page.mjs'
import { root } from './setup.mjs'

const committed = join(root, 'libs/contracts/src/gen')
const pages = { 'docs/metrics.md': metricsPage, 'docs/settings.md': settingsPage }
const buf = (...args) => execFileSync(join(root, 'node_modules/.bin/buf'), args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })

const filesOf = (folder) =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  )

if (process.argv.includes('--check')) {
  const fresh = mkdtempSync(join(tmpdir(), 'samresa-generate-'))
  try {
    buf('generate', '-o', fresh)
    const [before, after] = [filesOf(committed), filesOf(join(fresh, 'libs/contracts/src/gen'))]
    const differing = [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name))
    if (differing.length > 0) {
      process.stderr.write(
        `these generated files differ from proto/ (run "npm run generate"):\n${differing.map((name) => `  ${name}\n`).join('')}`,
      )
      process.exitCode = 1
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  for (const [file, page] of Object.entries(pages)) {
    if (readFileSync(join(root, file), 'utf8') === page()) continue
    process.stderr.write(`${file} differs from what the code declares (run "npm run generate")\n`)
    process.exitCode = 1
  }
} else {
  for (const [file, page] of Object.entries(pages)) writeFileSync(join(root, file), page())
  rmSync(committed, { recursive: true, force: true })
  buf('generate')
}
