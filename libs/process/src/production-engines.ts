import { connectKafka, createKafkaBus, type EventBus, type KafkaCluster, startRelay } from '@samresa/bus'
import { kafkaOptionsFrom } from '@samresa/bus/kafka-settings'
import type { Values } from '@samresa/config'
import { createGrpcServer, type GrpcServer, type NetworkTarget } from '@samresa/grpc'
import type { Health } from '@samresa/http'
import {
  createKeySource,
  createServiceToken,
  createTokenVerifier,
  issuerAddress,
  type KeySource,
  type ServiceAudience,
  type TokenVerifier,
} from '@samresa/identity'
import { type BusinessClock, businessClockFrom, machineClock, newId } from '@samresa/kernel'
import { createSeal, type Seal } from '@samresa/seal'
import { type MongoStore, mongoDatabaseOf, openMongoStore } from '@samresa/store'
import { type Logger, requireTelemetry } from '@samresa/telemetry'
import type { engineSettings, innerSettings, sealSettings } from './production-settings.ts'
import type { Surroundings } from './run-service.ts'

export type EngineConfig = Values<typeof engineSettings> & { clientId: string }

/** What every service that keeps data is made with. */
export interface ServiceDependencies {
  store: MongoStore
  bus: EventBus
  verifier: TokenVerifier
  businessClock: BusinessClock
  logger: Logger
  host: string
  port: number
  instance?: string
  health: Health
}

/** The production engines of one service: MongoDB, Kafka with the relay of its commits, and Keycloak. */
export interface ProductionEngines {
  deps: ServiceDependencies
  cluster: KafkaCluster
  /** Names this process wherever one of several does the work. */
  owner: string
  /** Another service, asked as this one. */
  peer(address: string): NetworkTarget
}

/** How long MongoDB may take to answer before the process calls itself not ready. */
const pingMs = 2_000

export async function openProductionEngines(config: EngineConfig, surroundings: Surroundings): Promise<ProductionEngines> {
  const { service, logger } = surroundings
  const owner = [service, config.instance, newId()].filter((word) => word !== undefined).join('-')
  const keys = openIssuerKeys(config, surroundings)
  const [store, cluster] = await Promise.all([openStore(service, config, surroundings), openCluster(config, surroundings)])
  await requireTelemetry(() => store.ping())

  const { commits: _, documents, outbox, leases } = store
  const relay = await surroundings.obtain('relay', () => startRelay({ cluster, outbox, leases, source: service, owner, logger }))
  surroundings.add('relay', relay)
  const bus = createKafkaBus({ cluster, service, documents, logger })
  surroundings.add('bus', bus)

  const audience = `${service}-api` as ServiceAudience
  const verifier = createTokenVerifier({ issuer: config.issuer, audience, azps: config.tokenClients, keys })
  const serviceToken = createServiceToken({
    issuer: config.issuerInside ?? config.issuer,
    clientId: config.clientId,
    clientSecret: config.clientSecret,
  })
  const now = machineClock.now()
  const deps = {
    store,
    bus,
    verifier,
    businessClock: config.businessClock ?? businessClockFrom(now, now),
    logger,
    host: config.host,
    port: config.port,
    ...(config.instance !== undefined && { instance: config.instance }),
    health: surroundings.health,
  }
  const credentials = { ...serviceToken, ...(config.innerTls !== undefined && { ca: config.innerTls.ca }) }
  return { deps, cluster, owner, peer: (address) => ({ address, credentials, inner: true }) }
}

/** The door to the sealed texts: the participants' keys lie in a database that all who seal share. */
export async function openProductionSeal(config: EngineConfig & Values<typeof sealSettings>, surroundings: Surroundings): Promise<Seal> {
  const { documents } = await openStore('keys', config, surroundings)
  return createSeal({ documents, masterKey: config.masterKey })
}

/** Where other services ask this one, with tokens of services only. */
export function createInnerServer({ verifier, logger }: ServiceDependencies, { innerTls: tls }: EngineConfig): GrpcServer {
  return createGrpcServer({ verifier, logger, roles: ['service'], ...(tls !== undefined && { tls }) })
}

/** The service with its inner server, which answers from now on and is closed before what stands behind it. */
export async function answeringInside(
  service: { close(): Promise<void> },
  inner: GrpcServer,
  { host, innerPort }: EngineConfig & Values<typeof innerSettings>,
): Promise<{ close(): Promise<void> }> {
  await inner.listen(host, innerPort)
  return {
    close: async () => {
      await inner.close()
      await service.close()
    },
  }
}

async function openStore(name: string, config: EngineConfig, surroundings: Surroundings): Promise<MongoStore> {
  const database = mongoDatabaseOf(config.databasePrefix, name)
  const { service, logger } = surroundings
  const check = name === service ? 'mongodb' : name
  const store = await surroundings.obtain(check, () =>
    openMongoStore({ url: config.mongodbUrl, database, appName: `samresa-${service}`, logger }),
  )
  const answers = async (): Promise<true | string> => {
    const late = new Promise<string>((resolve) => setTimeout(resolve, pingMs, 'answers too slowly').unref())
    return Promise.race([
      store.ping().then(
        () => true as const,
        () => 'not reachable',
      ),
      late,
    ])
  }
  surroundings.add(check, { ready: answers, close: () => store.close() })
  return store
}

async function openCluster(config: EngineConfig, surroundings: Surroundings): Promise<KafkaCluster> {
  const { service, logger } = surroundings
  const open = () => connectKafka({ ...kafkaOptionsFrom(config), clientId: `samresa-${service}`, logger })
  const cluster = await surroundings.obtain('kafka', open)
  surroundings.add('kafka', {
    ready: () => (cluster.fault() === undefined ? cluster.ready() || 'not reachable' : 'cannot be worked with, see the log'),
    close: () => cluster.close(),
  })
  return cluster
}

/** The issuer's keys. A service starts without them: it is not ready until it has some, and then goes on through the issuer's outages. */
function openIssuerKeys({ issuer, issuerInside, issuerKeysFile }: EngineConfig, surroundings: Surroundings): KeySource {
  const { jwksUrl } = issuerAddress(issuer, issuerInside)
  const keys = createKeySource({ url: jwksUrl, ...(issuerKeysFile !== undefined && { file: issuerKeysFile }) })
  const atHand = async (): Promise<true | string> => {
    // A name that no key has makes the source ask the issuer when it has none, at most once a second.
    if (keys.current() === undefined) await keys.get('').catch(() => undefined)
    return keys.current() !== undefined || 'the issuer’s keys are not at hand'
  }
  surroundings.add('issuer-keys', { ready: atHand })
  return keys
}
