import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const program = fileURLToPath(new URL('check.main.ts', import.meta.url))

/** `npm run topics:check` in an environment of its own. */
const check = (environment: Record<string, string>, ...args: string[]): Promise<{ code: number; stderr: string }> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], ...environment }
    execFile(process.execPath, [program, ...args], { env }, (error, _stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stderr }))
  })

/** How the record of a TLS handshake begins. */
const tlsHandshake = 0x16

/** Somebody who hangs up at the first word, and remembers how it began. */
async function listener() {
  const heard: (number | undefined)[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (chunk: Buffer) => {
      heard.push(chunk[0])
      socket.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, heard }
}

test('brokers with a public certificate authority are asked over TLS, and others when the authority is named', async () => {
  const caFile = join(tmpdir(), `samresa-topics-ca-${process.pid}.pem`)
  writeFileSync(caFile, '')
  onTestFinished(() => rmSync(caFile))
  const firstByte = async (environment: Record<string, string>) => {
    const { address, heard } = await listener()
    expect(await check({ KAFKA_BROKERS: address, ...environment })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`No Kafka broker answers at ${address}`),
    })
    return heard[0]
  }
  expect(await firstByte({})).not.toBe(tlsHandshake)
  expect(await firstByte({ KAFKA_TLS: 'on' })).toBe(tlsHandshake)
  expect(await firstByte({ KAFKA_CA_FILE: caFile })).toBe(tlsHandshake)
})

test('what is missing or wrong is told at once, as services tell it', async () => {
  const { code, stderr } = await check({ KAFKA_TLS: 'yes', KAFKA_SASL_USERNAME: 'samresa-topics' })
  expect(code).toBe(2)
  expect(stderr).toMatch(/KAFKA_BROKERS is not set/)
  expect(stderr).toMatch(/KAFKA_TLS must be one of off, on/)
  expect(stderr).toMatch(/KAFKA_SASL_PASSWORD is not set, and KAFKA_SASL_USERNAME is/)
})

test('a number of replicas that is none is answered with the usage', async () => {
  expect(await check({ KAFKA_BROKERS: '127.0.0.1:9' }, '--replication', 'many')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('usage: npm run -s topics:check'),
  })
})
