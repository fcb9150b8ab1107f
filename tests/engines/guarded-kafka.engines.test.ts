import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import { runCommand } from '../product/commands.ts'
import { createTempFolder } from '../product/temp-folder.ts'
import { findPorts, startEngines } from './engines.ts'
import { guardedPort } from './kafka-nodes.ts'
import { host } from './server-process.ts'

const services = ['samresa-journey', 'samresa-planning', 'samresa-agency-sync', 'samresa-audit']
const agencies = ['af', 'fk', 'eb']
const users = Object.fromEntries(['admin', ...services, ...agencies].map((name) => [name, `secret-of-${name}`]))

const answersWithinMs = 30_000

const inside = ['samresa.journey.v1', 'samresa.planning.v1', 'samresa.agency.v1', 'samresa.access.v1']
const outbound = agencies.map((agency) => `out.${agency}.plan.v1`)
const topics = [...inside, ...outbound]

/** Who is to tell and hear in which topics, and be in which group: what domain and secrecy ask for, said once more beside topics.yaml. */
const wanted: Record<string, { tells: string[]; hears: string[]; group: string }> = {
  'samresa-journey': {
    tells: ['samresa.journey.v1', 'samresa.access.v1'],
    hears: ['samresa.journey.v1', 'samresa.planning.v1'],
    group: 'samresa.journey.timeline-v1',
  },
  'samresa-planning': {
    tells: ['samresa.planning.v1', 'samresa.access.v1'],
    hears: ['samresa.agency.v1'],
    group: 'samresa.planning.agency-reports',
  },
  'samresa-agency-sync': {
    tells: ['samresa.agency.v1', 'samresa.access.v1', ...outbound],
    hears: ['samresa.planning.v1'],
    group: 'samresa.agency-sync.plan-changes-v1',
  },
  'samresa-audit': { tells: ['samresa.access.v1'], hears: inside, group: 'samresa.audit.evidence-v1' },
  ...Object.fromEntries(agencies.map((agency) => [agency, { tells: [], hears: [`out.${agency}.plan.v1`], group: `out.${agency}.mine` }])),
}

/** A broker that asks for TLS, a password and rights, and what is needed to come in. */
async function guardedBroker() {
  const folder = createTempFolder('guarded')
  onTestFinished(() => folder[Symbol.dispose]())
  const [key, certificate, keystore] = ['key.pem', 'cert.pem', 'keystore.pem'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ]
  const form = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const subject = ['-subj', '/CN=broker', '-addext', `subjectAltName=IP:${host}`]
  execFileSync('openssl', ['req', '-x509', ...form, '-keyout', key, '-out', certificate, ...subject], { stdio: 'ignore' })
  writeFileSync(keystore, readFileSync(key, 'utf8') + readFileSync(certificate, 'utf8'))
  const ports = await findPorts(24_000, 1)
  const set = await startEngines({ data: join(folder.path, 'set'), ports, kafkaGuard: { keystore, users }, mongoNodes: 0, keycloak: false })
  onTestFinished(() => set[Symbol.asyncDispose]())
  const broker = `${host}:${guardedPort(ports.kafka)}`
  return {
    environmentOf: (user: string) => ({
      KAFKA_BROKERS: broker,
      KAFKA_CA_FILE: certificate,
      KAFKA_SASL_USERNAME: user,
      KAFKA_SASL_PASSWORD: users[user]!,
    }),
    clientOf: (user: string) =>
      new Kafka({
        brokers: [broker],
        clientId: 'guard-test',
        ssl: { ca: readFileSync(certificate, 'utf8') },
        sasl: { mechanism: 'scram-sha-512', username: user, password: users[user]! },
        logLevel: logLevel.NOTHING,
        retry: { retries: 8, initialRetryTime: 100 },
      }),
  }
}

/** The topics that this client may write to. */
async function toldBy(client: Kafka): Promise<string[]> {
  const producer = client.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const told: string[] = []
  for (const topic of topics) {
    const isTold = await producer.send({ topic, messages: [{ key: 'a', value: topic }] }).then(
      () => true,
      (error: unknown) => refused(error),
    )
    if (isTold) told.push(topic)
  }
  await producer.disconnect()
  return told
}

/** The topics that this client may hear as a member of this group. */
async function heardBy(client: Kafka, groupId: string): Promise<string[]> {
  const heard: string[] = []
  for (const topic of topics) if (await isHeard(client, groupId, topic)) heard.push(topic)
  return heard
}

async function isHeard(client: Kafka, groupId: string, topic: string): Promise<boolean> {
  const consumer = client.consumer({ groupId, allowAutoTopicCreation: false })
  await consumer.connect()
  const outcome = Promise.withResolvers<boolean>()
  const settle = (error: unknown) => {
    try {
      outcome.resolve(refused(error))
    } catch (unexpected) {
      outcome.reject(unexpected)
    }
  }
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (!restart) settle(error)
  })
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({ autoCommit: false, eachMessage: async ({ message }) => outcome.resolve(String(message.value) === topic) })
  } catch (error) {
    settle(error)
  }
  const tooLate = setTimeout(() => outcome.reject(new Error(`nothing was heard of ${topic} as a member of ${groupId}`)), answersWithinMs)
  try {
    return await outcome.promise
  } finally {
    clearTimeout(tooLate)
    await consumer.disconnect()
  }
}

/** False for a refusal for want of rights; whatever else went wrong is thrown. */
function refused(error: unknown): false {
  const { type = '', message } = error as { type?: string; message: string }
  if (type.endsWith('AUTHORIZATION_FAILED') || /[Nn]ot authorized/.test(message)) return false
  throw error
}

test('on brokers that check rights, what topics:apply permits lets everybody tell and hear what is theirs, and nothing else', {
  timeout: 180_000,
}, async () => {
  const { environmentOf, clientOf } = await guardedBroker()
  expect(await runCommand('topics:apply', ['--replication', '1'], environmentOf('admin'))).toMatchObject({ code: 0 })
  expect(await runCommand('topics:check', ['--replication', '1'], environmentOf('admin'))).toMatchObject({ code: 0 })

  const producer = clientOf('admin').producer()
  await producer.connect()
  for (const topic of topics) await producer.send({ topic, messages: [{ key: 'a', value: topic }] })
  await producer.disconnect()

  for (const [user, { tells, hears, group }] of Object.entries(wanted)) {
    expect([user, await toldBy(clientOf(user))]).toEqual([user, topics.filter((topic) => tells.includes(topic))])
    expect([user, await heardBy(clientOf(user), group)]).toEqual([user, topics.filter((topic) => hears.includes(topic))])
  }
  // A group of somebody else's is not to be joined, even to hear what is one's own: kafkajs says of it that nobody leads it.
  await expect(isHeard(clientOf('af'), 'out.fk.mine', 'out.af.plan.v1')).rejects.toMatchObject({ name: 'KafkaJSGroupCoordinatorNotFound' })

  const wrong = await runCommand('topics:check', [], { ...environmentOf('admin'), KAFKA_SASL_PASSWORD: 'not-it' })
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('refuses the user admin') })
})
