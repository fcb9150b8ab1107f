import { kafkaSettings } from '@samresa/bus/kafka-settings'
import { address, key, list, optional, port, type Setting, secret, word } from '@samresa/config'
import { clientIds, productionAzps } from '@samresa/identity'
import { mongoUrlFault } from '@samresa/store'
import { clockSetting } from './business-clock.ts'
import { edgeSettings, identitySettings } from './edge-settings.ts'
import { innerTls } from './tls-settings.ts'

/** The replica set, as the driver takes it. */
const mongodbUrl: Setting<string> = {
  ...secret('MONGODB_URL', {
    meaning: 'The replica set, with user and password where there are any.',
    example: 'mongodb://user:password@mongo-0,mongo-1,mongo-2/?replicaSet=rs0&tls=true',
  }),
  takes: 'a connection string of MongoDB',
  parse: (text) => {
    const fault = mongoUrlFault(text)
    if (fault !== undefined) throw new Error(fault)
    return text
  },
}

/** What a service that keeps data needs beside its edge: MongoDB, Kafka, the issuer. */
export const engineSettings = {
  ...edgeSettings,
  mongodbUrl,
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

export { clientId } from './edge-settings.ts'
export { gatewayTls } from './tls-settings.ts'
