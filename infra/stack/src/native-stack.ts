import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServiceToken } from '@samresa/identity'
import { ArgumentFault, businessClockSetting, freePort, instanceFile, loopback } from '@samresa/instance'
import { businessClockFrom, closeInOrder } from '@samresa/kernel'
import { applyRealm, keepLinking } from '@samresa/realm'
import { readOrMakeMasterKey } from '@samresa/seal'
import { applyTopics } from '@samresa/topics'
import type { StackArguments } from './arguments.ts'
import { withBrokers } from './broker.ts'
import { enterDemo } from './demo-people.ts'
import { openInstallation } from './installation.ts'
import { type KeptAlive, keepAlive } from './kept-alive.ts'
import { endLeftovers } from './leftovers.ts'
import type { RunningStack, StackSurroundings } from './running-stack.ts'
import type { Servers } from './servers.ts'
import { type Ports, type Service, serviceEnvironments, services } from './service-environments.ts'
import type { StackLine } from './stack-line.ts'
import { untilReady } from './until-ready.ts'

const pidsFile = 'pids.json'
/** A process drains for nine seconds at most; all of them have fourteen. */
const closingMs = { process: 10_000, all: 14_000 }

/** Whoever has just been enrolled in a demonstration logs in at once. */
const linkingEveryMs = 1_000

/** Every service in a process of its own, on servers that run already. */
export async function startNativeStack(
  given: StackArguments,
  { repository, folder, servers, say }: StackSurroundings & { servers: Servers },
): Promise<RunningStack> {
  const entryOf = (service: string) => join(repository, 'services', service, 'src/main.ts')
  await endLeftovers(folder.read(pidsFile) ?? {}, entryOf)

  const scenarioFile = join(repository, 'tests/scenarios/granlunda.json')
  const clock = businessClockSetting(folder, given.today, given.demo)
  const installation = openInstallation(folder, given.prefix)
  const ports = await choosePorts(given.portBase, say)
  const addressOf = (port: number) => `http://${loopback}:${port}`
  const portalUrl = addressOf(ports.portal)
  const secretsFolder = folder.path('secrets')

  say(`applying the topics "${installation.topicPrefix}…" and the realm "${installation.realm}" …`)
  await withBrokers(servers.kafkaBrokers, installation.topicPrefix, (cluster) => applyTopics({ cluster, replication: 'available' }))
  const keycloakRealm = { keycloak: servers.keycloakUrl, admin: servers.admin, realm: installation.realm }
  const realm = await applyRealm({ ...keycloakRealm, portalUrl, secretsFolder, demo: true })

  const masterKeyFile = folder.path('master.key')
  readOrMakeMasterKey(masterKeyFile)
  const environments = serviceEnvironments({
    servers,
    installation,
    ports,
    clock,
    regionFile: given.regionFile ?? scenarioFile,
    masterKeyFile,
    issuer: realm.issuer,
    secretFileOf: (clientId) => realm.clients[clientId]!,
    keysFileOf: (service) => folder.path(`issuer-keys-${service}.json`),
  })

  const ready: StackLine = {
    ready: true,
    pid: process.pid,
    portal: portalUrl,
    agencyGateway: `${loopback}:${ports.gateway}`,
    issuer: realm.issuer,
    services: Object.fromEntries(services.map((service) => [service, addressOf(ports[service])])),
    today: businessClockFrom(clock.business, clock.machine).today().toString(),
    demo: { participants: {} },
    engines: 'production',
    pids: {},
    mongodb: { url: servers.mongodbUrl, prefix: installation.databasePrefix },
    kafka: { brokers: servers.kafkaBrokers.split(','), prefix: installation.topicPrefix },
    keycloak: { url: servers.keycloakUrl, realm: installation.realm, secrets: secretsFolder },
  }
  let told = false
  const tell = () => {
    folder.write(pidsFile, ready.pids)
    if (told) folder.write(instanceFile, ready)
  }

  mkdirSync(folder.path('logs'), { recursive: true, mode: 0o700 })
  const started = new Map<Service, KeptAlive>()
  const { promise: refused, reject: refuse } = Promise.withResolvers<never>()
  const onRefused = (why: string) => refuse(new ArgumentFault(why))
  for (const service of services) {
    const onStarted = (pid: number) => {
      ready.pids[service] = pid
      tell()
    }
    const environment = { ...inherited(), ...environments[service] }
    const logFile = folder.path(`logs/${service}.log`)
    started.set(service, keepAlive({ name: service, entry: entryOf(service), environment, logFile, onStarted, onRefused, say }))
  }
  const stop = (...names: Service[]) => Promise.all(names.map((name) => started.get(name)!.stop(closingMs.process)))

  const tokensOf = (clientId: string) =>
    createServiceToken({
      issuer: `${servers.keycloakUrl}/realms/${installation.realm}`,
      clientId,
      clientSecret: readFileSync(realm.clients[clientId]!, 'utf8').trim(),
    })
  const linking = keepLinking({
    realm: { ...keycloakRealm, admin: tokensOf('participant-writer') },
    journey: { address: `${loopback}:${ports.journeyInside}`, credentials: tokensOf('participant-linker') },
    everyMs: linkingEveryMs,
    onTrouble: (text) => say(`the realm's users cannot be linked to participants at the moment, trying on: ${text}`),
  })

  const close = async () => {
    for (const process of started.values()) process.letGo()
    await closeInOrder(
      [
        [instanceFile, async () => folder.remove(instanceFile)],
        ['linking', () => linking.close()],
        ['portal and agency-sync', () => stop('portal', 'agency-sync')],
        ['planning', () => stop('planning')],
        ['journey and audit', () => stop('journey', 'audit')],
      ],
      { withinMs: closingMs.all, leftUndone: (name, error) => say(`${name}: ${(error as Error).message}`) },
    )
    for (const process of started.values()) process.kill()
    folder.remove(pidsFile)
  }

  const whenReady = async (): Promise<StackLine> => {
    await untilReady(ready.services, say)
    if (given.demo) ready.demo.participants = await enterDemo(folder, scenarioFile, ready)
    await linking.start()
    told = true
    tell()
    return ready
  }
  return { whenReady, refused, close }
}

/** What of this process's own environment concerns the machine and not the product. */
function inherited(): Record<string, string | undefined> {
  const names = new Set(['PATH', 'HOME', 'TMPDIR', 'NODE_COMPILE_CACHE', 'NODE_EXTRA_CA_CERTS'])
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => names.has(name) || name.startsWith('OTEL_')))
}

async function choosePorts(base: number, say: (text: string) => void): Promise<Ports> {
  const taken = new Set<number>()
  const port = (offset: number) => freePort(base + offset, taken, (wanted, found) => say(`port ${wanted} is taken, using ${found}`))
  return {
    portal: await port(0),
    gateway: await port(1),
    journey: await port(3),
    planning: await port(4),
    'agency-sync': await port(5),
    audit: await port(6),
    journeyInside: await port(7),
    planningInside: await port(8),
  }
}
