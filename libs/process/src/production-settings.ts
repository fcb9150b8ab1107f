import { kafkaSettings } from '@samresa/bus/kafka-settings'
import { address, key, list, oneOf, optional, port, secret, url, word } from '@samresa/config'
import { clientIds, productionAzps } from '@samresa/identity'
import { clockSetting } from './business-clock.ts'
import { innerTls } from './tls-settings.ts'

const loopback = '127.0.0.1'

/** A refusal of what is not encrypted. */
export const overTls = (text: string): string | undefined => (text.startsWith('https://') ? undefined : 'must begin with https://')

/** Where a service answers, and how much it says. */
export const edgeSettings = {
  host: word('HOST', {
    meaning: 'The network address that the process listens at.',
    outsideProduction: loopback,
    example: '0.0.0.0',
  }),
  port: port('PORT', { meaning: 'Where REST, pages, /livez and /readyz answer.', example: '8080' }),
  logLevel: oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], {
    meaning: 'From which level on lines are written to standard error.',
    otherwise: 'info',
  }),
  tracesTo: optional(
    url('OTEL_EXPORTER_OTLP_ENDPOINT', {
      meaning: 'The OpenTelemetry collector that traces and metrics are sent to; without it none are made.',
      example: 'http://otel-collector:4318',
    }),
  ),
}

/** The issuer of tokens, and this service as one of its clients. */
export const identitySettings = {
  issuer: url('KEYCLOAK_ISSUER', {
    meaning: 'The realm as tokens name it (`iss`), to the letter: the address that browsers and agencies use.',
    example: 'https://login.example.se/realms/samresa',
    refusedInProduction: overTls,
  }),
  issuerInside: optional(
    url('KEYCLOAK_INSIDE_URL', {
      meaning: 'The same realm as the services reach it, when that is another address: keys and tokens are fetched there.',
      example: 'http://keycloak:8080/realms/samresa',
    }),
  ),
  clientSecret: secret('KEYCLOAK_CLIENT_SECRET', {
    meaning: 'The secret of KEYCLOAK_CLIENT_ID.',
    refusedInProduction: (text) => (text.length < 24 ? 'is shorter than 24 characters' : undefined),
  }),
}

/** The realm's client for one of our services. */
export const clientId = (otherwise: string) =>
  word('KEYCLOAK_CLIENT_ID', {
    meaning: 'The client of the realm that this process is: `portal`, or `<service>-service`, whose tokens the other services take.',
    otherwise,
    example: otherwise,
  })

/** What a service that keeps data needs beside its edge: MongoDB, Kafka, the issuer. */
export const engineSettings = {
  ...edgeSettings,
  mongodbUrl: secret('MONGODB_URL', {
    meaning: 'The replica set, with user and password where there are any.',
    example: 'mongodb://user:password@mongo-0,mongo-1,mongo-2/?replicaSet=rs0&tls=true',
  }),
  databasePrefix: word(
    'MONGODB_DATABASE_PREFIX',
    {
      meaning: 'Goes before the names of the databases: journey, planning, agency_sync, audit, keys.',
      otherwise: 'samresa_',
      example: 'samresa_',
    },
    /^\w{1,32}$/,
  ),
  ...kafkaSettings,
  ...identitySettings,
  tokenClients: list(
    'TOKEN_CLIENTS',
    { takes: 'client ids separated by commas', item: (text) => (/^[\w.-]+$/.test(text) ? text : undefined) },
    {
      meaning: 'The clients whose tokens are taken (`azp`).',
      otherwise: productionAzps.join(','),
      example: productionAzps.join(','),
      refusedInProduction: (text) =>
        text.split(',').some((id) => id.trim() === clientIds.tokenCommand)
          ? `${clientIds.tokenCommand} is a client of the demonstration: whoever has its secret is anybody`
          : undefined,
    },
  ),
  issuerKeysFile: optional(
    word('KEYCLOAK_KEYS_FILE', {
      meaning: 'Where the public keys of the issuer are kept, so that a restart while Keycloak is away can still check tokens.',
      example: '/var/lib/samresa/issuer-keys.json',
    }),
  ),
  instance: optional(
    word(
      'INSTANCE',
      { meaning: 'Names this process among those of its service; needed as soon as there is more than one.', example: 'planning-7d4b9' },
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    ),
  ),
  innerTls: optional(innerTls),
  businessClock: optional(clockSetting()),
}

/** For a service that seals and opens texts. */
export const sealSettings = {
  masterKey: key('MASTER_KEY', {
    meaning:
      'Opens the keys of the participants, which open their texts. The same for all services, for ever: whoever loses it loses every sealed text.',
  }),
}

/** For a service that answers other services. */
export const innerSettings = {
  innerPort: port('INNER_PORT', { meaning: 'Where the other services ask this one (gRPC). Not for the outside.', example: '9090' }),
}

export const journeyAddress = address('JOURNEY_ADDRESS', {
  meaning: 'Where journey answers the other services (its INNER_PORT).',
  example: 'journey:9090',
})
export const planningAddress = address('PLANNING_ADDRESS', {
  meaning: 'Where planning answers the other services (its INNER_PORT).',
  example: 'planning:9090',
})

export { gatewayTls } from './tls-settings.ts'
