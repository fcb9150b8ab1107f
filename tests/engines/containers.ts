import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { KafkaContainer } from '@testcontainers/kafka'
import { MongoDBContainer } from '@testcontainers/mongodb'
import { GenericContainer, Wait } from 'testcontainers'
import { keycloakAdmin } from './keycloak-node.ts'
import type { EngineKind } from './programs.ts'

const images: Record<EngineKind, string> = {
  kafka: 'confluentinc/cp-kafka:8.1.0',
  mongo: 'mongo:8.0.15',
  keycloak: 'quay.io/keycloak/keycloak:26.4.0',
}
const keycloakPort = 8080
const kafkaPort = 9093

/** Whether a Docker engine answers; its client alone is none. */
export const dockerAnswers = (): Promise<boolean> =>
  promisify(execFile)('docker', ['info'], { timeout: 10_000 }).then(
    () => true,
    () => false,
  )

/** One container of each kind wanted. testcontainers removes them when this process ends. */
export async function startContainers(kinds: EngineKind[]): Promise<{ environment: Record<string, string>; stop(): Promise<void> }> {
  const started = await Promise.all(kinds.map((kind) => starters[kind]()))
  return {
    environment: Object.assign({}, ...started.map(({ environment }) => environment)),
    stop: async () => {
      await Promise.all(started.map(({ container }) => container.stop()))
    },
  }
}

const starters = {
  kafka: async () => {
    const container = await new KafkaContainer(images.kafka)
      .withKraft()
      .withEnvironment({ KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false', KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0' })
      .start()
    return { container, environment: { KAFKA_BROKERS: `${container.getHost()}:${container.getMappedPort(kafkaPort)}` } }
  },
  mongo: async () => {
    const container = await new MongoDBContainer(images.mongo).start()
    // The member calls itself by a name of the container's network, which means nothing out here.
    return { container, environment: { MONGODB_URL: `${container.getConnectionString()}/?directConnection=true` } }
  },
  keycloak: async () => {
    const container = await new GenericContainer(images.keycloak)
      .withCommand(['start-dev'])
      .withEnvironment({ KC_BOOTSTRAP_ADMIN_USERNAME: keycloakAdmin.name, KC_BOOTSTRAP_ADMIN_PASSWORD: keycloakAdmin.password })
      .withExposedPorts(keycloakPort)
      .withWaitStrategy(Wait.forHttp('/realms/master', keycloakPort).withStartupTimeout(180_000))
      .start()
    return {
      container,
      environment: {
        KEYCLOAK_URL: `http://${container.getHost()}:${container.getMappedPort(keycloakPort)}`,
        KEYCLOAK_ADMIN: keycloakAdmin.name,
        KEYCLOAK_ADMIN_PASSWORD: keycloakAdmin.password,
      },
    }
  },
}
