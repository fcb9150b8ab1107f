import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ArgumentFault, businessClockSetting, type DataFolder, freePort, instanceFile, loopback } from '@samresa/instance'
import { businessClockFrom, timestamp } from '@samresa/kernel'
import type { StackArguments } from './arguments.ts'
import { makeContainerSecrets } from './container-secrets.ts'
import { enterDemo } from './demo-people.ts'
import type { RunningStack, StackSurroundings } from './running-stack.ts'
import { services } from './service-environments.ts'
import type { StackLine } from './stack-line.ts'
import { untilReady } from './until-ready.ts'

/** The variables of docker-compose.yml that name a port on this machine, and where each lies from the base. */
const portOffsets = {
  PORTAL_PORT: 0,
  GATEWAY_PORT: 1,
  KEYCLOAK_PORT: 2,
  JOURNEY_PORT: 3,
  PLANNING_PORT: 4,
  AGENCY_SYNC_PORT: 5,
  AUDIT_PORT: 6,
  KAFKA_PORT: 9,
  MONGODB_PORT: 10,
  JAEGER_PORT: 11,
  PROMETHEUS_PORT: 12,
  GRAFANA_PORT: 13,
} as const
type Ports = Record<keyof typeof portOffsets, number>

const portsFile = 'ports.json'
const realm = 'samresa'
const stopSeconds = 12

/** Throws ArgumentFault where no Docker answers: the client alone is not an engine. */
export async function requireDocker(): Promise<void> {
  try {
    await promisify(execFile)('docker', ['info'], { timeout: 10_000 })
    await promisify(execFile)('docker', ['compose', 'version'], { timeout: 10_000 })
  } catch (error) {
    const cause = { cause: error }
    throw new ArgumentFault(
      'no Docker with Compose answers here. "npm run stack -- --native" runs the same services as processes, on servers that the environment names; "npm run engines" starts such servers without Docker',
      cause,
    )
  }
}

/** Every service and every server in a container, by docker-compose.yml. */
export async function startDockerStack(given: StackArguments, { repository, folder, say }: StackSurroundings): Promise<RunningStack> {
  const scenarioFile = join(repository, 'tests/scenarios/granlunda.json')
  const clock = businessClockSetting(folder, given.today, given.demo)
  const ports = await keptPorts(folder, given.portBase, say)
  const environment = {
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
    BUSINESS_CLOCK: `${timestamp(clock.business)}@${timestamp(clock.machine)}`,
    REGION_FILE: given.regionFile ?? scenarioFile,
  }
  const compose = composeIn(repository, folder, environment)
  const on = (port: number) => `${loopback}:${port}`
  const web = (port: number) => `http://${on(port)}`
  const portOf = {
    journey: ports.JOURNEY_PORT,
    planning: ports.PLANNING_PORT,
    'agency-sync': ports.AGENCY_SYNC_PORT,
    audit: ports.AUDIT_PORT,
  }
  const restPorts = { ...portOf, portal: ports.PORTAL_PORT }
  const keycloakUrl = web(ports.KEYCLOAK_PORT)
  const ready: StackLine = {
    ready: true,
    pid: process.pid,
    portal: web(ports.PORTAL_PORT),
    agencyGateway: on(ports.GATEWAY_PORT),
    issuer: `${keycloakUrl}/realms/${realm}`,
    services: Object.fromEntries(services.map((service) => [service, web(restPorts[service])])),
    today: businessClockFrom(clock.business, clock.machine).today().toString(),
    demo: { participants: {} },
    engines: 'production',
    pids: {},
    mongodb: { url: `mongodb://${on(ports.MONGODB_PORT)}/?directConnection=true`, prefix: 'samresa_' },
    kafka: { brokers: [on(ports.KAFKA_PORT)], prefix: '' },
    keycloak: { url: keycloakUrl, realm, secrets: folder.path('secrets') },
  }

  say('building and starting the containers …')
  const up = compose('up', '--build', '--detach', '--wait')
  return {
    whenReady: async () => {
      await up
      await untilReady(ready.services, say)
      if (given.demo) ready.demo.participants = await enterDemo(folder, scenarioFile, ready)
      say(`Grafana: ${web(ports.GRAFANA_PORT)}   Jaeger: ${web(ports.JAEGER_PORT)}   Prometheus: ${web(ports.PROMETHEUS_PORT)}`)
      folder.write(instanceFile, ready)
      return ready
    },
    // Compose starts what ends.
    refused: new Promise(() => {}),
    close: async () => {
      folder.remove(instanceFile)
      await compose('stop', '--timeout', String(stopSeconds)).catch((error: Error) => say(error.message))
    },
  }
}

/** Removes the containers, their data, and what the folder holds. */
export async function removeDockerStack({ repository, folder }: StackSurroundings): Promise<void> {
  await composeIn(repository, folder, {})('down', '--volumes')
  folder.empty()
}

/** Compose, on the project's file, with what it has to know of the folder. Its own words go to standard error. */
function composeIn(repository: string, folder: DataFolder, environment: Record<string, string>): (...args: string[]) => Promise<void> {
  makeContainerSecrets(folder)
  const told = {
    ...process.env,
    ...environment,
    SAMRESA_DATA: folder.path('.'),
    SAMRESA_USER: `${process.getuid?.() ?? 1000}:${process.getgid?.() ?? 1000}`,
    KEYCLOAK_ADMIN_PASSWORD: keptPassword(folder, folder.path('secrets/keycloak-admin.secret')),
  }
  return (...args) =>
    new Promise((resolve, reject) => {
      const child = spawn('docker', ['compose', ...args], { cwd: repository, env: told, stdio: ['ignore', 2, 2] })
      child.once('error', reject)
      child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`docker compose ${args[0]} ended with ${code}`))))
    })
}

/** Keycloak keeps the password of its first start, so the folder does. The file is for the realm's job. */
function keptPassword(folder: DataFolder, secretFile: string): string {
  const file = 'keycloak-admin.json'
  const password = folder.read<string>(file) ?? randomBytes(24).toString('base64url')
  folder.write(file, password)
  if (!existsSync(secretFile)) writeFileSync(secretFile, `${password}\n`, { mode: 0o600 })
  return password
}

/** Chosen once: on the next start they are taken by the containers themselves. */
async function keptPorts(folder: DataFolder, base: number, say: (text: string) => void): Promise<Ports> {
  const kept = folder.read<Ports>(portsFile)
  if (kept !== undefined) return kept
  const taken = new Set<number>()
  const chosen: Record<string, number> = {}
  for (const [name, offset] of Object.entries(portOffsets)) {
    chosen[name] = await freePort(base + offset, taken, (wanted, found) => say(`port ${wanted} is taken, using ${found}`))
  }
  folder.write(portsFile, chosen)
  return chosen as Ports
}
