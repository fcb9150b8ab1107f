import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Settings } from '@samresa/config'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { settings as agencySync } from '../../../services/agency-sync/src/config.ts'
import { settings as audit } from '../../../services/audit/src/config.ts'
import { settings as journey } from '../../../services/journey/src/config.ts'
import { settings as planning } from '../../../services/planning/src/config.ts'
import { settings as portal } from '../../../services/portal/src/config.ts'
import { type Service, serviceEnvironments, services } from './service-environments.ts'

type Environment = Record<string, unknown>

const settingsOf: Record<Service, Settings> = { journey, planning, 'agency-sync': agencySync, audit, portal }
const composeFile = fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url))
const composed = (parse(readFileSync(composeFile, 'utf8'), { merge: true }) as { services: Record<string, { environment: Environment }> })
  .services
/** What every image says by itself, and what is no setting of a service. */
const beside = ['HOST', 'PORT', 'NODE_ENV']

const at = Temporal.Instant.from('2026-04-28T06:00:00Z')
const native = serviceEnvironments({
  servers: { kafkaBrokers: 'k:1', mongodbUrl: 'mongodb://m', keycloakUrl: 'http://i', admin: { user: 'a', password: 'b' } },
  installation: { realm: 'r', databasePrefix: 'r_', topicPrefix: 'r.' },
  ports: { portal: 1, gateway: 2, journey: 3, planning: 4, 'agency-sync': 5, audit: 6, journeyInside: 7, planningInside: 8 },
  clock: { business: at, machine: at },
  regionFile: 'region.json',
  masterKeyFile: 'master.key',
  issuer: 'http://i/realms/r',
  secretFileOf: (clientId) => `${clientId}.secret`,
  keysFileOf: (service) => `${service}.json`,
})

/** What a service needs and is not told, and what it is told and does not read. */
function misunderstandings(settings: Settings, environment: Environment): string[] {
  const told = Object.keys(environment)
  const all = Object.values(settings)
  const needed = all.filter(
    ({ optional, otherwise, outsideProduction }) => !optional && otherwise === undefined && outsideProduction === undefined,
  )
  const isTold = (name: string) => told.includes(name) || told.includes(`${name}_FILE`) || beside.includes(name)
  const known = new Set([...beside, ...all.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name]))])
  return [
    ...needed.filter(({ name }) => !isTold(name)).map(({ name }) => `needs ${name}`),
    ...told.filter((name) => !known.has(name)).map((name) => `does not read ${name}`),
  ]
}

test.each(services)('%s is told what it needs and nothing that it does not read, as a process of the stack', (service) => {
  expect(misunderstandings(settingsOf[service], native[service])).toEqual([])
})

test('a setting that is forgotten or misspelt is found', () => {
  const { MASTER_KEY_FILE: _, ...rest } = native.journey
  expect(misunderstandings(journey, { ...rest, MASTERKEY_FILE: 'x' })).toEqual(['needs MASTER_KEY', 'does not read MASTERKEY_FILE'])
})

test('in a container each service is told what it needs', () => {
  // All services share one block of settings there: some do not read all of it.
  const missing = services.flatMap((service) =>
    misunderstandings(settingsOf[service], composed[service]!.environment)
      .filter((text) => text.startsWith('needs'))
      .map((text) => `${service} ${text}`),
  )
  expect(missing).toEqual([])
  const known = new Set(services.flatMap((service) => Object.values(settingsOf[service]).flatMap(({ name }) => [name, `${name}_FILE`])))
  const told = services.flatMap((service) => Object.keys(composed[service]!.environment))
  expect([...new Set(told)].filter((name) => !known.has(name) && !beside.includes(name))).toEqual([])
})
