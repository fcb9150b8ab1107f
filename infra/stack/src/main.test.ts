import { execFile } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const program = fileURLToPath(new URL('main.ts', import.meta.url))

test('an address of MongoDB that the driver cannot read is refused before anything is made or started, in words that show nothing of it', async () => {
  const data = join(tmpdir(), `samresa-refused-${process.pid}`)
  onTestFinished(() => rmSync(data, { recursive: true, force: true }))
  const env = {
    PATH: process.env['PATH'],
    KAFKA_BROKERS: '127.0.0.1:9',
    MONGODB_URL: 'mongodb://user:ca/nary@mongo-0/?replicaSet=rs0',
    KEYCLOAK_URL: 'http://127.0.0.1:9',
    KEYCLOAK_ADMIN: 'admin',
    KEYCLOAK_ADMIN_PASSWORD: 'canary',
  }
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    const settings = { env, timeout: 15_000 }
    execFile(process.execPath, [program, '--native', '--data', data], settings, (error, _stdout, stderr) =>
      resolve({ code: error?.code, stderr }),
    )
  })
  expect(stderr).toMatch(/^samresa: MONGODB_URL is nothing that the driver can read: (?!.*(nary|mongo-0)).*\n$/)
  expect([code, existsSync(data)]).toEqual([2, false])
})
