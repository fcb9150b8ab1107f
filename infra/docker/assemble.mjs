// Puts one program of the workspace with everything it needs at run time, and nothing else, into an empty folder: what an image holds.
//   node infra/docker/assemble.mjs PROGRAM FOLDER      PROGRAM: a folder with src/main.ts, like services/planning
// Sources stay TypeScript outside of node_modules, so that the pinned Node runs the very files that were tested.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
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
  if (!existsSync(join(root, program, 'src/main.ts'))) throw new Error(`${program}/src/main.ts is not there: name a folder like services/planning`)
  mkdirSync(folder, { recursive: true })
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`)
  const copied = [...closureOf(program)]
  for (const path of copied) {
    for (const part of ['package.json', 'src', 'dist']) {
      const source = join(root, path, part)
      if (!existsSync(source)) continue
      const filter = (file) => !forTestsOnly.test(file) && !forBuildsOnly.test(file.slice(root.length))
      cpSync(source, join(folder, path, part), { recursive: true, filter })
    }
  }
  install(folder, copied)
  writeFileSync(join(folder, 'main.mjs'), `import './${program}/src/main.ts'\n`)
}

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
}

const [program, folder, ...more] = process.argv.slice(2)
if (folder === undefined || more.length > 0) {
  process.stderr.write('usage: node infra/docker/assemble.mjs PROGRAM FOLDER\n')
  process.exit(2)
}
assemble(program, folder)
