import { demoAzps } from '@samresa/identity'
import { type ClockSetting, loopback } from '@samresa/instance'
import { timestamp } from '@samresa/kernel'
import type { Installation } from './installation.ts'
import type { Servers } from './servers.ts'

export const services = ['journey', 'planning', 'agency-sync', 'audit', 'portal'] as const
export type Service = (typeof services)[number]

export interface Ports {
  portal: number
  gateway: number
  journey: number
  planning: number
  'agency-sync': number
  audit: number
  journeyInside: number
  planningInside: number
}

export interface StackSettings {
  servers: Servers
  installation: Installation
  ports: Ports
  clock: ClockSetting
  regionFile: string
  masterKeyFile: string
  /** `iss` of the realm's tokens. */
  issuer: string
  /** The file with a client's secret. */
  secretFileOf(clientId: string): string
  /** The file that keeps the issuer's keys for a service. */
  keysFileOf(service: Service): string
}

type Environment = Record<string, string>

/** What each service's process is told about the stack around it. */
export function serviceEnvironments(stack: StackSettings): Record<Service, Environment> {
  const { servers, installation, ports, clock } = stack
  const on = (port: number) => `${loopback}:${port}`
  const edge = (service: Service): Environment => ({
    HOST: loopback,
    PORT: String(ports[service]),
    LOG_LEVEL: 'info',
    KEYCLOAK_ISSUER: stack.issuer,
    KEYCLOAK_INSIDE_URL: `${servers.keycloakUrl}/realms/${installation.realm}`,
    KEYCLOAK_CLIENT_SECRET_FILE: stack.secretFileOf(service === 'portal' ? service : `${service}-service`),
  })
  const engines = (service: Service): Environment => ({
    ...edge(service),
    MONGODB_URL: servers.mongodbUrl,
    MONGODB_DATABASE_PREFIX: installation.databasePrefix,
    KAFKA_BROKERS: servers.kafkaBrokers,
    KAFKA_TOPIC_PREFIX: installation.topicPrefix,
    KEYCLOAK_KEYS_FILE: stack.keysFileOf(service),
    TOKEN_CLIENTS: demoAzps.join(','),
    BUSINESS_CLOCK: `${timestamp(clock.business)}@${timestamp(clock.machine)}`,
  })
  const sealing = { MASTER_KEY_FILE: stack.masterKeyFile }
  const askJourney = { JOURNEY_ADDRESS: on(ports.journeyInside) }
  const askPlanning = { PLANNING_ADDRESS: on(ports.planningInside) }
  const rest = (service: Service) => `http://${on(ports[service])}`
  return {
    journey: { ...engines('journey'), ...sealing, INNER_PORT: String(ports.journeyInside) },
    planning: {
      ...engines('planning'),
      ...sealing,
      ...askJourney,
      INNER_PORT: String(ports.planningInside),
      REGION_FILE: stack.regionFile,
    },
    'agency-sync': { ...engines('agency-sync'), ...sealing, ...askJourney, ...askPlanning, GATEWAY_PORT: String(ports.gateway) },
    audit: { ...engines('audit'), ...askJourney },
    portal: {
      ...edge('portal'),
      PUBLIC_URL: rest('portal'),
      JOURNEY_URL: rest('journey'),
      PLANNING_URL: rest('planning'),
      AGENCY_SYNC_URL: rest('agency-sync'),
      AUDIT_URL: rest('audit'),
    },
  }
}
