import { readSettings } from '@samresa/config'
import { expect, test } from 'vitest'
import { engineSettings } from './production-settings.ts'

/** What a service that keeps data cannot do without. */
const enough = {
  PORT: '8080',
  MONGODB_URL: 'mongodb://mongo-0/?replicaSet=rs0',
  KAFKA_BROKERS: 'kafka-0:9092',
  KEYCLOAK_ISSUER: 'https://login.example.se/realms/samresa',
  KEYCLOAK_CLIENT_SECRET: 'not a secret',
}
const faultsWith = (environment: Record<string, string>): string[] => {
  try {
    readSettings(engineSettings, { ...enough, ...environment })
    return []
  } catch (error) {
    return (error as Error).message.split('\n').slice(1)
  }
}

test('a user of the brokers without a password, and a password without a user, are faults among all others', () => {
  expect(faultsWith({})).toEqual([])
  expect(faultsWith({ KAFKA_SASL_USERNAME: 'samresa-planning', KAFKA_SASL_PASSWORD: 'canary' })).toEqual([])
  expect(faultsWith({ KAFKA_SASL_USERNAME: 'samresa-planning', PORT: 'x' })).toEqual([
    expect.stringContaining('PORT must be'),
    expect.stringContaining('KAFKA_SASL_PASSWORD is not set, and KAFKA_SASL_USERNAME is'),
  ])
  expect(faultsWith({ KAFKA_SASL_PASSWORD: 'canary' })).toEqual([
    expect.stringMatching(/KAFKA_SASL_USERNAME is not set, and KAFKA_SASL_PASSWORD is(?!.*canary)/),
  ])
})

test('an address of MongoDB that the driver cannot read is a fault that names the setting and shows nothing of it', () => {
  expect(faultsWith({ MONGODB_URL: 'mongodb://user:ca/nary@mongo-0/?replicaSet=rs0', PORT: 'x' })).toEqual([
    expect.stringContaining('PORT must be'),
    expect.stringMatching(/MONGODB_URL_FILE or MONGODB_URL: (?!.*nary)/),
  ])
})
