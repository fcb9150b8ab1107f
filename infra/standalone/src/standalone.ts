import { createAgencySyncService } from '@samresa/agency-sync'
import { createAuditService } from '@samresa/audit'
import { createEmbeddedBus } from '@samresa/bus'
import { directory as directoryContract } from '@samresa/contracts'
import { createDirectory } from '@samresa/directory'
import { createGrpcClient, createLocalServices } from '@samresa/grpc'
import { createKeySource, createTokenVerifier, demoAzps, type ServiceAudience, startEmbeddedIssuer } from '@samresa/identity'
import { requestToken } from '@samresa/identity/token-request'
import { businessClockSetting, freePort, instanceFile, loopback, openDataFolder, prepareDemo, type ReadyLine } from '@samresa/instance'
import { createJourneyService } from '@samresa/journey'
import { businessClockFrom, closeInOrder } from '@samresa/kernel'
import { createPlanningService, readRegion } from '@samresa/planning'
import { createPortalService } from '@samresa/portal'
import { createSeal, readOrMakeMasterKey } from '@samresa/seal'
import { openEmbeddedStore, startWriterThread } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'
import type { StartArguments } from './arguments.ts'

export interface Running {
  ready: ReadyLine
  /**
   * Drains and ends everything within ten seconds: what was accepted is written, and, when the stores can be written, witnessed.
   * Never rejects.
   */
  close(): Promise<void>
}

/** Whoever sends SIGTERM waits ten seconds. A store that cannot be written (a full disk) makes consumers try for ever: they get no longer. */
const closingMs = { services: 6_500, stores: 2_000 }

const dataServices = ['journey', 'planning', 'agency-sync', 'audit'] as const
type DataService = (typeof dataServices)[number]

const byService = async <T>(make: (service: DataService) => Promise<T> | T): Promise<Record<DataService, T>> =>
  Object.fromEntries(await Promise.all(dataServices.map(async (name) => [name, await make(name)]))) as Record<DataService, T>

/** The composition root of the embedded set: every service in this process, joined by ports. */
export async function startStandalone(
  given: StartArguments,
  { repository, say }: { repository: string; say: (text: string) => void },
): Promise<Running> {
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error('the embedded engines are for one machine: with NODE_ENV=production use Kafka, MongoDB and Keycloak')
  }
  const scenarioFile = `${repository}/tests/scenarios/granlunda.json`
  const region = readRegion(given.regionFile ?? scenarioFile)
  const folder = openDataFolder(given.data, given.reset)
  const clockSetting = businessClockSetting(folder, given.today, given.demo)
  const businessClock = businessClockFrom(clockSetting.business, clockSetting.machine)

  const taken = new Set<number>()
  const port = (offset: number) =>
    freePort(given.portBase + offset, taken, (wanted, found) => say(`samresa: port ${wanted} is taken, using ${found}`))
  const ports = {
    portal: await port(0),
    gateway: await port(1),
    issuer: await port(2),
    journey: await port(3),
    planning: await port(4),
    'agency-sync': await port(5),
    audit: await port(6),
  }
  const portalUrl = `http://${loopback}:${ports.portal}`

  const ownLogger = createLogger({ service: 'standalone', level: 'warn' })
  const writers = startWriterThread()
  const stores = await byService((name) => openEmbeddedStore({ file: folder.path(`${name}.db`), writers }))
  const keyStore = await openEmbeddedStore({ file: folder.path('keys.db'), writers })
  const seal = createSeal({ documents: keyStore.documents, masterKey: readOrMakeMasterKey(folder.path('master.key')) })
  const logs = Object.fromEntries(dataServices.map((name) => [name, stores[name].commits]))
  const loggers = await byService((name) => createLogger({ service: name, level: 'warn' }))
  const buses = await byService((name) => createEmbeddedBus({ logs, documents: stores[name].documents, logger: loggers[name] }))
  const local = createLocalServices()

  const people = createDirectory({ client: createGrpcClient(directoryContract.DirectoryService, local), maxAgeMs: 0 })
  const issuer = await startEmbeddedIssuer({
    port: ports.issuer,
    host: loopback,
    dataDir: given.data,
    portalUrl,
    participantOf: async (personalNumber) => (await people.find({ personalNumber }))?.participantId,
    onError: (error) => ownLogger.error({ component: 'issuer', err: error }, 'The issuer met a fault'),
  })
  const keys = createKeySource({ url: issuer.jwksUrl, file: folder.path('issuer-keys.json') })
  const engines = (name: DataService) => ({
    store: stores[name],
    bus: buses[name],
    seal,
    verifier: createTokenVerifier({ issuer: issuer.issuer, audience: `${name}-api` satisfies ServiceAudience, azps: demoAzps, keys }),
    businessClock,
    logger: loggers[name],
    host: loopback,
    port: ports[name],
    inner: local,
    peers: { journey: local, planning: local },
  })

  const journey = await createJourneyService(engines('journey'))
  const planning = await createPlanningService({ ...engines('planning'), region })
  const agencySync = await createAgencySyncService({ ...engines('agency-sync'), gatewayPort: ports.gateway })
  const audit = await createAuditService(engines('audit'))
  const services = { journey: journey.url, planning: planning.url, 'agency-sync': agencySync.url, audit: audit.url }
  const portal = await createPortalService({
    issuer: issuer.issuer,
    clientId: issuer.portalClient.id,
    clientSecret: issuer.portalClient.secret,
    services,
    host: loopback,
    port: ports.portal,
    logger: createLogger({ service: 'portal', level: 'warn' }),
  })

  const caseworkerToken = async () => {
    const answer = await requestToken(issuer.issuer, given.data, { user: 'anna', minutes: 5 })
    if (answer.outcome !== 'token') throw new Error('the sign-in gave no token for the demonstration’s caseworker')
    return answer.token
  }
  const participants = given.demo ? await prepareDemo({ folder, scenarioFile, caseworkerToken, services }) : {}
  const ready: ReadyLine = {
    ready: true,
    pid: process.pid,
    portal: portal.url,
    agencyGateway: agencySync.gatewayAddress,
    issuer: issuer.issuer,
    services: { ...services, portal: portal.url },
    today: businessClock.today().toString(),
    demo: { participants },
  }
  folder.write(instanceFile, ready)

  return {
    ready,
    async close() {
      const leftUndone = (name: string, error: unknown) => ownLogger.error({ component: name, err: error }, 'Left unfinished at the end')
      const all = <T>(things: readonly T[], close: (thing: T) => Promise<unknown>) => Promise.all(things.map(close))
      // From the outside in: nobody calls any more, then what was told is handled, then the witness closes its book.
      await closeInOrder(
        [
          [instanceFile, async () => folder.remove(instanceFile)],
          ['portal', () => portal.close()],
          ['agency-sync', () => agencySync.close()],
          ['planning', () => planning.close()],
          ['journey', () => journey.close()],
          ['audit', () => audit.close()],
          ['issuer', () => issuer.close()],
          ['buses', () => all(Object.values(buses), (bus) => bus.close())],
        ],
        { withinMs: closingMs.services, leftUndone },
      )
      await closeInOrder(
        [
          ['stores', () => all([keyStore, ...Object.values(stores)], (store) => store.close())],
          ['writers', () => writers.close()],
          ['folder', async () => folder.release()],
        ],
        { withinMs: closingMs.stores, leftUndone },
      )
    },
  }
}
