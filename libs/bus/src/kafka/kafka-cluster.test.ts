import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { createLogger } from '@samresa/telemetry'
import { expect, onTestFinished, test } from 'vitest'
import { askApiVersions } from './api-versions.ts'
import { connectKafka, requireTopics, TopicsMissing } from './kafka-cluster.ts'

const logger = createLogger({ service: 'test', level: 'silent' })

/** Versions that Kafka 4 answers, by API key. */
const kafka4: Record<number, [oldest: number, newest: number]> = {
  0: [3, 13],
  1: [4, 18],
  2: [1, 11],
  3: [0, 13],
  8: [2, 10],
  9: [1, 10],
  10: [0, 6],
  11: [2, 9],
  12: [0, 4],
  13: [0, 5],
  14: [0, 5],
  18: [0, 4],
}

/** Answers the question for versions, and nothing else. */
const answering = (ranges: typeof kafka4) => (socket: Socket) =>
  socket
    .on('error', () => undefined)
    .once('data', (request: Buffer) => {
      const entries = Object.entries(ranges)
      const answer = Buffer.alloc(14 + entries.length * 6)
      answer.writeInt32BE(answer.length - 4, 0)
      request.copy(answer, 4, 8, 12)
      answer.writeInt32BE(entries.length, 10)
      for (const [index, [key, range]] of entries.entries()) {
        for (const [place, value] of [Number(key), ...range].entries()) answer.writeInt16BE(value, 14 + index * 6 + place * 2)
      }
      // In two pieces, as networks do.
      socket.write(answer.subarray(0, 3))
      setImmediate(() => socket.write(answer.subarray(3)))
    })

async function addressOf(server: Server): Promise<string> {
  onTestFinished(() => void server.close())
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A certificate for 127.0.0.1 that is its own authority. */
function aCertificate() {
  const folder = mkdtempSync(join(tmpdir(), 'samresa-tls-'))
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=broker', '-addext', 'subjectAltName=IP:127.0.0.1']
    const form = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    execFileSync('openssl', ['req', '-x509', ...form, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
    return { cert: readFileSync(cert), key: readFileSync(key) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a broker without a version that the client speaks is refused in plain words, at once', async () => {
  const address = await addressOf(createServer(answering({ ...kafka4, 0: [8, 13] })))
  await expect(connectKafka({ brokers: [address], clientId: 'test', logger })).rejects.toThrow(
    `The Kafka broker ${address} cannot be worked with. Produce: the broker has 8 to 13, the client 0 to 7.`,
  )
})

test('a broker that lacks an API is refused, and all that is missing is named', async () => {
  const { 11: _join, 14: _sync, ...others } = kafka4
  const address = await addressOf(createServer(answering(others)))
  await expect(connectKafka({ brokers: [address], clientId: 'test', logger })).rejects.toThrow(
    'JoinGroup: the broker has none, the client 0 to 5. SyncGroup: the broker has none, the client 0 to 3.',
  )
})

test.each([
  ['says something else', (socket: Socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['hangs up', (socket: Socket) => void socket.end()],
])('whoever %s is not taken for a broker', async (_, greet) => {
  const address = await addressOf(createServer(greet))
  await expect(askApiVersions(address, false)).rejects.toThrow('What answers there is not a Kafka broker')
})

test('a broker is asked over TLS under its address too, and only when its authority is known', async () => {
  const tls = aCertificate()
  const address = await addressOf(createTlsServer(tls, answering(kafka4)))
  expect((await askApiVersions(address, { ca: tls.cert })).get(0)).toEqual({ oldest: 3, newest: 13 })
  await expect(askApiVersions(address, { ca: aCertificate().cert })).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
})

test('why no broker answers is told: an authority that is not known', async () => {
  const tls = aCertificate()
  const address = await addressOf(createTlsServer(tls, answering(kafka4)))
  const told: unknown[] = []
  const listening = { ...logger, warn: (fields: object) => void told.push(fields) } as unknown as typeof logger
  const cluster = await connectKafka({ brokers: [address], clientId: 'test', ssl: true, logger: listening })
  await cluster.close()
  expect(cluster.ready()).toBe(false)
  expect(told[0]).toMatchObject({ address, err: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } })
})

test('who starts while brokers that had answered are away is not refused for it, but for topics that a broker lacks', async () => {
  const clusterThat = (rejects: Error) => ({ ready: () => true, partitionsOf: () => Promise.reject(rejects) })
  await expect(requireTopics(clusterThat(new Error('no broker answers')), ['t'])).resolves.toBeUndefined()
  await expect(requireTopics(clusterThat(new TopicsMissing(['t'])), ['t'])).rejects.toThrow('Kafka lacks the topic t')
})
