import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('main.ts', import.meta.url))

test('settings that can never work end the process at once, all told, with exit code 2 and no secret', async () => {
  const env = {
    PATH: process.env['PATH'],
    PORT: '1',
    MONGODB_URL: 'mongodb://user:ca/nary@mongo-0/?replicaSet=rs0',
    KAFKA_BROKERS: '127.0.0.1:9',
    KAFKA_SASL_USERNAME: 'samresa-audit',
    KEYCLOAK_ISSUER: 'http://127.0.0.1:9/realms/samresa',
    KEYCLOAK_CLIENT_SECRET: 'canary',
    JOURNEY_ADDRESS: '127.0.0.1:9',
  }
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, [program], { env, timeout: 15_000 }, (error, _stdout, stderr) => resolve({ code: error?.code, stderr }))
  })
  expect(stderr.match(/^ {2}.*$/gm)).toEqual([
    expect.stringMatching(/^ {2}MONGODB_URL_FILE or MONGODB_URL: /),
    expect.stringMatching(/^ {2}KAFKA_SASL_PASSWORD_FILE or KAFKA_SASL_PASSWORD is not set/),
  ])
  expect(stderr).not.toMatch(/nary/)
  expect(code).toBe(2)
})
