import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gateway } from '@samresa/contracts'
import { serviceActor } from '@samresa/kernel'
import { createLogger } from '@samresa/telemetry'
import { expect, test } from 'vitest'
import { createGrpcClient } from './client.ts'
import { createGrpcServer, type GrpcServerOptions } from './grpc-server.ts'

async function aServer({ port = 0, tls }: { port?: number; tls?: GrpcServerOptions['tls'] } = {}) {
  const verify = async () => ({ actor: serviceActor('planning'), expiresAt: Date.now() + 60_000 })
  const logger = createLogger({ service: 'journey', level: 'silent' })
  const server = createGrpcServer({ verifier: { verify }, logger, ...(tls && { tls }) })
  server.serve(gateway.AgencyGatewayService, {
    reportMeasure: async () => ({}),
    respondToProposal: async () => ({}),
    getPlan: async () => ({}),
    subscribePlanChanges: async () => {},
  })
  return { port: await server.listen('127.0.0.1', port), close: () => server.close(200) }
}

const clientOf = (address: string, ca?: Buffer) =>
  createGrpcClient(gateway.AgencyGatewayService, { address, credentials: { token: () => 'any', ...(ca && { ca }) } })

/** A certificate for localhost that is its own authority. */
function aCertificate(): { cert: Buffer; key: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'samresa-tls-'))
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const form = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    execFileSync('openssl', ['req', '-x509', ...form, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
    return { cert: readFileSync(cert), key: readFileSync(key) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a service that is away is unavailable, and is found again soon after it is back', async () => {
  const first = await aServer()
  const client = clientOf(`127.0.0.1:${first.port}`)
  await client.getPlan({})
  await first.close()
  await expect(client.getPlan({})).rejects.toMatchObject({ rejection: { kind: 'unavailable' } })
  const second = await aServer({ port: first.port })
  await expect.poll(() => client.getPlan({}).then(() => 'answered', String), { timeout: 5_000 }).toBe('answered')
  client.close()
  await second.close()
})

test('with a certificate the connection is encrypted, and a server of another authority is not talked to', async () => {
  const tls = aCertificate()
  const server = await aServer({ tls })
  const address = `localhost:${server.port}`
  const [trusting, strange, plain] = [clientOf(address, tls.cert), clientOf(address, aCertificate().cert), clientOf(address)]
  await trusting.getPlan({})
  for (const client of [strange, plain]) await expect(client.getPlan({})).rejects.toMatchObject({ rejection: { kind: 'unavailable' } })
  for (const client of [trusting, strange, plain]) client.close()
  await server.close()
})
