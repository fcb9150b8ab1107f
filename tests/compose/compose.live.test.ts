import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { repository } from '../product/commands.ts'
import { createTempFolder } from '../product/temp-folder.ts'

interface ComposeService {
  image?: string
  user?: string
  read_only?: boolean
  ports?: { host_ip?: string }[]
  volumes?: { type: string; source: string }[]
  environment?: Record<string, string | null>
  healthcheck?: { test?: string[]; disable?: boolean }
  depends_on?: Record<string, { condition: string }>
}

const file = join(repository, 'docker-compose.yml')
const run = promisify(execFile)
const environment = { ...process.env, KEYCLOAK_ADMIN_PASSWORD: 'made for this test', GOFLAGS: '-mod=readonly -buildvcs=false' }
let go = true

/** Reads a file as Compose itself would; rejects with what is wrong with it. */
const load = async (path: string): Promise<Record<string, ComposeService>> => {
  const { stdout } = await run('go', ['run', '.', path], {
    cwd: join(repository, 'tests/compose'),
    env: environment,
    maxBuffer: 16 * 1024 * 1024,
  })
  return (JSON.parse(stdout) as { services: Record<string, ComposeService> }).services
}

beforeAll(async () => {
  go = await run('go', ['version']).then(
    () => true,
    () => false,
  )
})

test('Compose’s own loader takes the file, and what runs our code has little power and answers on this machine only', async (ctx) => {
  if (!go) ctx.skip('needs Go: Compose’s own loader is a Go module')
  const services = await load(file)
  const ours = Object.entries(services).filter(([, { image }]) => image?.startsWith('samresa/'))
  expect(ours.map(([name]) => name).sort()).toEqual([
    'agency-sync',
    'audit',
    'journey',
    'participants',
    'planning',
    'portal',
    'realm',
    'topics',
  ])
  for (const [name, service] of ours) expect([name, service.read_only, service.user]).toEqual([name, true, '1000:1000'])
  for (const [name, { image, ports = [], environment = {} }] of Object.entries(services)) {
    expect([name, image]).toEqual([name, expect.stringMatching(/:v?\d+\.\d+/)])
    expect([name, ports.filter(({ host_ip }) => host_ip !== '127.0.0.1')]).toEqual([name, []])
    const bare = Object.keys(environment).filter((variable) => /SECRET$|PASSWORD$|_KEY$/.test(variable))
    expect([name, bare]).toEqual([name, name === 'keycloak' ? ['KC_BOOTSTRAP_ADMIN_PASSWORD'] : []])
  }
})

test('whoever waits for another to be healthy waits for one that says so, and every mounted file is there', async (ctx) => {
  if (!go) ctx.skip('needs Go: Compose’s own loader is a Go module')
  const services = await load(file)
  const vain = Object.entries(services).flatMap(([name, { depends_on = {} }]) =>
    Object.entries(depends_on)
      .filter(([other, { condition }]) => condition === 'service_healthy' && services[other]?.healthcheck?.test === undefined)
      .map(([other]) => `${name} waits for ${other}`),
  )
  expect(vain).toEqual([])
  const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
    volumes.filter(({ type }) => type === 'bind').map(({ source }) => source),
  )
  expect(mounted.filter((source) => !source.endsWith('/secrets') && !existsSync(source))).toEqual([])
})

test('a misspelt key is refused', async (ctx) => {
  if (!go) ctx.skip('needs Go: Compose’s own loader is a Go module')
  using folder = createTempFolder('compose')
  const misspelt = join(folder.path, 'docker-compose.yml')
  writeFileSync(misspelt, readFileSync(file, 'utf8').replace('healthcheck: *ready', 'healthchek: *ready'))
  await expect(load(misspelt)).rejects.toThrow(/healthchek/)
})
