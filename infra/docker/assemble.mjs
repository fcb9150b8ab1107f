// Puts one program of the workspace with everything it needs at run time, and nothing else, into an empty folder: what an image holds.
//   node infra/docker/assemble.mjs PROGRAM FOLDER      PROGRAM: a service (planning), or a file (infra/kafka/src/apply.main.ts)
// Sources stay TypeScript outside of node_modules, so that the pinned Node runs the very files that were tested.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** Where each package of the workspace lies, by its name. */
const packages = new Map(
  ['libs', 'services', 'infra'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .map((name) => join(folder, name))
      .filter((path) => existsSync(join(root, path, 'package.json')))
      .map((path) => [readJson(join(root, path, 'package.json')).name, path]),
  ),
)

/** The folders of a package and of all packages that it needs at run time. */
function closureOf(path, found = new Set()) {
  if (found.has(path)) return found
  found.add(path)
  for (const name of Object.keys(readJson(join(root, path, 'package.json')).dependencies ?? {})) {
    if (packages.has(name)) closureOf(packages.get(name), found)
  }
  return found
}

const forTestsOnly = /\.(test|contract|builder|bench)\.tsx?$|\/testing(\/|$)/
/** Built already: pages are served from dist/. */
const forBuildsOnly = /^services\/portal\/src\/web(\/|$)/

function assemble(program, folder) {
  const entry = program.includes('/') ? program : `services/${program}/src/main.ts`
  if (!existsSync(join(root, entry))) throw new Error(`${entry} is not there`)
  mkdirSync(folder, { recursive: true })
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`)
  const copied = [...closureOf(entry.slice(0, entry.indexOf('/src/')))]
  for (const path of copied) {
    for (const part of partsOf(path)) {
      const source = join(root, path, part)
      if (!existsSync(source)) continue
      const filter = (file) => !forTestsOnly.test(file) && !forBuildsOnly.test(file.slice(root.length))
      cpSync(source, join(folder, path, part), { recursive: true, filter })
    }
  }
  install(folder, copied)
  writeFileSync(join(folder, 'main.mjs'), `import './${entry}'\n`)
}

/** What of a package is needed when it runs. */
const partsOf = (path) => readdirSync(join(root, path)).filter((name) => name !== 'node_modules' && name !== 'README.md')

/** Packages from the registry, by the lockfile, without those that only building and testing need. */
function install(folder, copied) {
  const { samresa } = readJson(join(root, 'package.json'))
  for (const file of ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml']) cpSync(join(root, file), join(folder, file))
  // The lockfile names every package of the workspace: those left out have to be there while it is checked.
  for (const path of packages.values()) {
    mkdirSync(join(folder, path), { recursive: true })
    cpSync(join(root, path, 'package.json'), join(folder, path, 'package.json'))
  }
  const filters = copied.flatMap((path) => ['--filter', `./${path}`])
  const args = ['--yes', `pnpm@${samresa.pnpm}`, 'install', '--prod', '--frozen-lockfile', '--ignore-scripts', ...filters]
  execFileSync('npx', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  for (const path of packages.values()) if (!copied.includes(path)) rmSync(join(folder, path), { recursive: true })
  for (const file of ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml']) rmSync(join(folder, file))
}

const [program, folder, ...more] = process.argv.slice(2)
if (folder === undefined || more.length > 0) {
  process.stderr.write('usage: node infra/docker/assemble.mjs PROGRAM FOLDER\n')
  process.exit(2)
}
assemble(program, folder)
