import { execFile, spawn } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { repository } from '../product/commands.ts'
import { createTempFolder } from '../product/temp-folder.ts'
import { waitUntil } from '../product/wait-until.ts'
import { readRecipe } from './dockerfile.ts'

const recipe = readRecipe()
const folder = createTempFolder('image')
const app = join(folder.path, 'app')
const path = { PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` }
/** As the image's user where this test may become anybody, so that what only root can read is found out. */
const asUser = process.getuid?.() === 0 ? { uid: Number(recipe.user.split(':')[0]), gid: Number(recipe.user.split(':')[1]) } : {}

/** Settings of a service whose engines are all away. */
const settings = {
  MONGODB_URL: 'mongodb://127.0.0.1:9/?replicaSet=rs0',
  KAFKA_BROKERS: '127.0.0.1:9',
  KEYCLOAK_ISSUER: 'http://127.0.0.1:9/realms/samresa',
  KEYCLOAK_CLIENT_SECRET: 'not a secret',
  MASTER_KEY: Buffer.alloc(32).toString('base64'),
  JOURNEY_ADDRESS: '127.0.0.1:9',
  REGION_FILE: join(repository, 'tests/scenarios/granlunda.json'),
}

async function freePort(): Promise<string> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return String(port)
}

beforeAll(async () => {
  const assembling = recipe.assembling.replace('/app', app)
  await promisify(execFile)('sh', ['-c', assembling], { cwd: repository, env: { ...process.env, ...path, SERVICE: 'planning' } })
  chmodSync(folder.path, 0o755)
})
afterAll(() => folder[Symbol.dispose]())

test('an image holds its own program, no other service, no test and no tool that builds', () => {
  expect(readdirSync(join(app, 'services'))).toEqual(['planning'])
  const sources = [...readdirSync(join(app, 'libs')).map((name) => `libs/${name}/src`), 'services/planning/src']
  const files = sources.flatMap((source) => readdirSync(join(app, source), { recursive: true, encoding: 'utf8' }))
  expect(files.filter((name) => /\.test\.ts$/.test(name))).toEqual([])
  const packages = readdirSync(join(app, 'node_modules/.pnpm')).join('\n')
  expect(packages).toContain('fastify@')
  expect(packages).not.toMatch(/^(vite|vitest|typescript|@typescript|@biomejs|preact)/m)
  expect(existsSync(join(app, 'pnpm-lock.yaml'))).toBe(false)
})

test('what an image holds starts as its user, writes nothing beside itself, and is healthy while its engines are away', async () => {
  const before = readdirSync(app)
  const [port, innerPort] = [await freePort(), await freePort()]
  const own = { NODE_ENV: 'demonstration', HOST: '127.0.0.1', PORT: port, INNER_PORT: innerPort }
  const environment = { ...path, ...recipe.environment, ...settings, ...own }
  const [command, ...args] = recipe.entrypoint
  const child = spawn(command!, args, { cwd: app, env: environment, ...asUser, stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk
  })
  try {
    const alive = async () => {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${log}`)
      return fetch(`http://127.0.0.1:${port}/livez`).then(
        ({ ok }) => ok,
        () => false,
      )
    }
    await waitUntil('the program is alive', alive, 30_000)
    const [program, ...checkArgs] = recipe.healthcheck
    await promisify(execFile)(program!, checkArgs, { cwd: app, env: environment })
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`)
    expect([ready.status, await ready.json()]).toMatchObject([503, { ready: false, checks: { mongodb: 'not reachable yet' } }])
    expect(readdirSync(app)).toEqual(before)
  } finally {
    child.kill('SIGTERM')
    await waitUntil('the program has ended', () => child.exitCode !== null || child.signalCode !== null, 15_000)
  }
  expect([child.exitCode, child.signalCode]).toEqual([0, null])
})

test('an image begins with the pinned Node, by its exact version', () => {
  const { samresa } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { samresa: { node: string } }
  expect(recipe.bases).toEqual([expect.stringMatching(`^node:${samresa.node}-`), expect.stringMatching(`^node:${samresa.node}-`)])
  expect(recipe.user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
})
