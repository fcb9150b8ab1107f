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
  volumes?: { type: string; source: string; target: string; read_only?: boolean }[]
  secrets?: { source: string; target: string }[]
  environment?: Record<string, string | null>
  healthcheck?: { test?: string[]; disable?: boolean }
  depends_on?: Record<string, { condition: string }>
}

interface ComposeProject {
  services: Record<string, ComposeService>
  secrets?: Record<string, { file: string }>
}

const file = join(repository, 'docker-compose.yml')
const run = promisify(execFile)
const data = '/the-folder'
const environment = {
  ...process.env,
  KEYCLOAK_ADMIN_PASSWORD: 'made for this test',
  SAMRESA_DATA: data,
  GOFLAGS: '-mod=readonly -buildvcs=false',
}
let go = true

/** Reads a file as Compose itself would; rejects with what is wrong with it. */
const load = async (path: string): Promise<ComposeProject> => {
  const { stdout } = await run('go', ['run', '.', path], {
    cwd: join(repository, 'tests/compose'),
    env: environment,
    maxBuffer: 16 * 1024 * 1024,
  })
  return JSON.parse(stdout) as ComposeProject
}

beforeAll(async () => {
  go = await run('go', ['version']).then(
    () => true,
    () => false,
  )
})

test('Compose’s own loader takes the file, and what runs our code has little power and answers on this machine only', async (ctx) => {
  if (!go) ctx.skip('needs Go: Compose’s own loader is a Go module')
  const { services } = await load(file)
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
  const { services } = await load(file)
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

test('each container can read the secrets that its program is pointed to, and no other; only the realm’s job, which makes them, has the folder', async (ctx) => {
  if (!go) ctx.skip('needs Go: Compose’s own loader is a Go module')
  const { services, secrets = {} } = await load(file)
  const read: Record<string, string[]> = {}
  for (const [name, { volumes = [], secrets: given = [], environment = {} }] of Object.entries(services)) {
    const folders = volumes.filter(({ source }) => source.startsWith(data))
    const paths = [...given.map(({ source }) => secrets[source]!.file), ...folders.map(({ source }) => source)]
    if (paths.length > 0) read[name] = paths.map((path) => path.slice(data.length + 1)).sort()
    const pointedTo = Object.values(environment).filter((value) => value?.startsWith('/run/secrets/'))
    if (folders.length === 0) expect([name, pointedTo.sort()]).toEqual([name, given.map(({ target }) => target).sort()])
  }
  expect(read).toEqual({
    realm: ['secrets'],
    participants: ['secrets/participant-linker.secret', 'secrets/participant-writer.secret'],
    journey: ['master.key', 'secrets/journey-service.secret'],
    planning: ['master.key', 'secrets/planning-service.secret'],
    'agency-sync': ['master.key', 'secrets/agency-sync-service.secret'],
    audit: ['secrets/audit-service.secret'],
    portal: ['secrets/portal.secret'],
  })
})

test('a misspelt key is refused', async (ctx) => {
  if (!go) ctx.skip('needs Go: Compose’s own loader is a Go module')
  using folder = createTempFolder('compose')
  const misspelt = join(folder.path, 'docker-compose.yml')
  writeFileSync(misspelt, readFileSync(file, 'utf8').replace('healthcheck: *ready', 'healthchek: *ready'))
  await expect(load(misspelt)).rejects.toThrow(/healthchek/)
})
