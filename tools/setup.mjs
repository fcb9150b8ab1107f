// Set-up: brings the pinned runtime, the pinned packages and the built pages. Plain JavaScript for any Node >= 20; says each step on stderr.
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

// The runtime comes from its npm package; the digest is checked here because it is fetched outside the lockfile.
const runtimeDigests = {
  'linux-x64': 'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
  'linux-arm64': 'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
  'darwin-arm64': 'sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==',
  'darwin-x64': 'sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==',
}

/** Where Node keeps code it has read once: without it every thread of the product would load the type stripper, 11 MB each. */
export const compileCache = join(root, '.runtime', 'compile-cache')

const say = (text) => process.stderr.write(`${text}\n`)

async function step(name, work) {
  const started = Date.now()
  say(`samresa: ${name} …`)
  await work()
  say(`samresa: ${name} done (${((Date.now() - started) / 1000).toFixed(1)} s)`)
}

/** Runs a command quietly; its output is shown only when it fails. */
async function quietly(command, args) {
  try {
    return (await promisify(execFile)(command, args, { cwd: root, maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' }))
      .stdout
  } catch (error) {
    say(`${error.stdout ?? ''}${error.stderr ?? ''}`)
    throw new Error(`"${command} ${args.join(' ')}" failed; see the lines above`)
  }
}

const digestOf = (paths) => {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path).update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

const filesBelow = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort()

/** The Node that runs the product: this one when it is new enough, else the pinned one below .runtime/. */
export function nodePath() {
  if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath
  return join(root, '.runtime', `node-${manifest.samresa.node}`, 'bin', 'node')
}

async function bringRuntime() {
  if (existsSync(nodePath())) return
  const platform = `${process.platform}-${process.arch}`
  const digest = runtimeDigests[platform]
  if (digest === undefined) throw new Error(`no pinned runtime for ${platform}: install Node 26 and call again`)
  await step(`fetching Node ${manifest.samresa.node} (57 MB)`, async () => {
    const home = join(root, '.runtime')
    const target = join(home, `node-${manifest.samresa.node}`)
    const unpacked = `${target}.unpacked-${process.pid}`
    mkdirSync(unpacked, { recursive: true })
    await quietly(npm, ['pack', `node-${platform}@${manifest.samresa.node}`, '--silent', '--pack-destination', unpacked])
    const archive = join(unpacked, `node-${platform}-${manifest.samresa.node}.tgz`)
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
    if (found !== digest) throw new Error(`the fetched Node has digest ${found}, expected ${digest}: nothing was installed`)
    await quietly('tar', ['-xzf', archive, '-C', unpacked])
    rmSync(target, { recursive: true, force: true })
    renameSync(join(unpacked, 'package'), target)
    rmSync(unpacked, { recursive: true, force: true })
  })
}

const packageFiles = () => [
  'package.json',
  'pnpm-workspace.yaml',
  'pnpm-lock.yaml',
  ...['libs', 'services', 'infra'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .map((name) => join(folder, name, 'package.json'))
      .filter((path) => existsSync(join(root, path))),
  ),
  'tests/package.json',
]

/** Runs the work unless the stamp beside its product shows that it was done for exactly these inputs. */
async function once({ stamp, inputs, name }, work) {
  const file = join(root, stamp)
  const digest = digestOf(inputs)
  if (existsSync(file) && readFileSync(file, 'utf8') === digest) return
  await step(name, work)
  writeFileSync(file, digest)
}

function run(command, args) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    let output = ''
    const keep = (chunk) => {
      output += chunk
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', fail)
    child.on('close', (code) => {
      if (code === 0) return done()
      say(output)
      fail(new Error(`"${command} ${args.join(' ')}" ended with ${code}; see the lines above`))
    })
  })
}

const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'

export async function setUp() {
  await bringRuntime()
  await once({ stamp: 'node_modules/.samresa-packages', inputs: packageFiles(), name: 'installing packages' }, () =>
    run(npx, ['--yes', `pnpm@${manifest.samresa.pnpm}`, 'install', '--frozen-lockfile']),
  )
  const pages = ['pnpm-lock.yaml', ...filesBelow('services/portal/src/web')]
  await once({ stamp: 'services/portal/dist/.samresa-pages', inputs: pages, name: 'building the pages' }, () =>
    run(nodePath(), [
      join(root, 'services/portal/node_modules/vite/bin/vite.js'),
      'build',
      '--logLevel',
      'warn',
      'services/portal/src/web',
    ]),
  )
  await once({ stamp: 'node_modules/.samresa-warm', inputs: ['pnpm-lock.yaml', 'tools/warm.mjs'], name: 'reading the code once' }, () =>
    run(nodePath(), [join(root, 'tools/warm.mjs')]),
  )
}
