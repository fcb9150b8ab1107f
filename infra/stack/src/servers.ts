import { ArgumentFault } from '@samresa/instance'
import { mongoUrlFault } from '@samresa/store'

/** Servers that run already. */
export interface Servers {
  kafkaBrokers: string
  mongodbUrl: string
  keycloakUrl: string
  admin: { user: string; password: string }
}

const variables = ['KAFKA_BROKERS', 'MONGODB_URL', 'KEYCLOAK_URL', 'KEYCLOAK_ADMIN', 'KEYCLOAK_ADMIN_PASSWORD'] as const

/** Reads where the servers are. Throws ArgumentFault naming what is missing, or can never be an address. */
export function readServers(environment: Readonly<Record<string, string | undefined>>): Servers {
  const missing = variables.filter((name) => (environment[name] ?? '') === '')
  if (missing.length > 0)
    throw new ArgumentFault(`needs ${missing.join(', ')} in the environment: "npm run engines" starts servers and names them`)
  const [kafkaBrokers, mongodbUrl, keycloakUrl, user, password] = variables.map((name) => environment[name]!) as [
    string,
    string,
    string,
    string,
    string,
  ]
  const fault = mongoUrlFault(mongodbUrl)
  if (fault !== undefined) throw new ArgumentFault(`MONGODB_URL ${fault}`)
  return { kafkaBrokers, mongodbUrl, keycloakUrl: keycloakUrl.replace(/\/+$/, ''), admin: { user, password } }
}
