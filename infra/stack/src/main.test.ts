import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
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

test('with containers it runs on until it is stopped, and its folder is in use', { timeout: 60_000 }, async () => {
  const data = mkdtempSync(join(tmpdir(), 'samresa-docker-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true }))
  const services = createServer((_, answer) => answer.end()).listen(0, '127.0.0.1')
  onTestFinished(() => void services.close())
  await once(services, 'listening')
  const { port } = services.address() as AddressInfo
  const names = [
    'PORTAL',
    'GATEWAY',
    'KEYCLOAK',
    'JOURNEY',
    'PLANNING',
    'AGENCY_SYNC',
    'AUDIT',
    'KAFKA',
    'MONGODB',
    'JAEGER',
    'PROMETHEUS',
    'GRAFANA',
  ]
  writeFileSync(join(data, 'ports.json'), JSON.stringify(Object.fromEntries(names.map((name) => [`${name}_PORT`, port]))))
  // Says yes to everything: what containers do is Docker's.
  writeFileSync(join(data, 'docker'), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  const start = () =>
    spawn(process.execPath, [program, '--json', '--no-demo', '--data', data], { env: { PATH: `${data}:${process.env['PATH']}` } })

  const first = start()
  onTestFinished(() => void first.kill('SIGKILL'))
  const ended = once(first, 'exit')
  await once(first.stdout, 'data')
  const [codeOfSecond] = await once(start(), 'exit')
  first.kill('SIGTERM')
  expect([codeOfSecond, (await ended)[0]]).toEqual([3, 0])
})
