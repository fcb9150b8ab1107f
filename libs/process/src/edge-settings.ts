import { oneOf, optional, port, secret, url, word } from '@samresa/config'

// In a file of its own: the portal reads these, and has no use for the clients of MongoDB and Kafka.

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
