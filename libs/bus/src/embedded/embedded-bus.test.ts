import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStore } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'
import { describe, expect, test } from 'vitest'
import type { BusWorld } from '../event-bus.contract.ts'
import { eventBusContract, typeIn } from '../event-bus.contract.ts'
import type { EventRecord } from '../event-bus.ts'
import { subscribeProjection } from '../projection.ts'
import { subscribeReaction } from '../reaction.ts'
import { createEmbeddedBus } from './embedded-bus.ts'

const silent = createLogger({ service: 'test', level: 'silent' })

async function inWorld(check: (world: BusWorld) => Promise<void>, logger = silent) {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-bus-'))
  const teller = await openEmbeddedStore({ file: join(folder, 'teller.sqlite') })
  const hearer = await openEmbeddedStore({ file: join(folder, 'hearer.sqlite') })
  /** The hearing process: once it is dead, nothing that it still writes arrives. */
  const start = () => {
    const life = { alive: true }
    const write: typeof hearer.documents.write = (...args) => (life.alive ? hearer.documents.write(...args) : new Promise(() => undefined))
    const documents = { ...hearer.documents, write }
    return { life, documents, bus: createEmbeddedBus({ logs: { teller: teller.commits }, documents, logger }) }
  }
  let current = start()
  try {
    await check({
      bus: current.bus,
      documents: current.documents,
      async tell(stream, ...notes) {
        for (const note of notes) {
          const event = { id: randomUUID(), type: typeIn(stream), subject: 'p1', time: '2026-04-28T06:00:00.000Z', data: { note } }
          const meta = {
            actor: { user: 'anna', role: 'caseworker' as const },
            purpose: 'planning',
            correlationId: 'c',
            at: '2026-04-28T06:00:00.000Z',
          }
          await teller.commits.append({ stream, commitId: event.id, events: [event], ...meta }, await teller.commits.head(stream))
        }
      },
      remembers: async (consumer) => (await current.documents.get(`consumer/${consumer}`, 'offsets')) !== undefined,
      async restart(forgetting) {
        current.life.alive = false
        if (forgetting !== undefined) {
          await hearer.documents.write([{ op: 'remove', collection: `consumer/${forgetting}`, id: 'offsets' }], 'durable')
        }
        current = start()
        Object.assign(this, { bus: current.bus, documents: current.documents })
      },
    })
  } finally {
    await current.bus.close()
    await teller.close()
    await hearer.close()
    await rm(folder, { recursive: true, force: true })
  }
}

describe('embedded bus', () => eventBusContract(inWorld))

test('two consumers of one name, and a source that is not carried, are refused', () =>
  inWorld(async ({ bus }) => {
    const subscription = { name: 'one', sources: ['teller'], handle: async () => [] }
    await bus.subscribe(subscription)
    await expect(bus.subscribe(subscription)).rejects.toThrow('one')
    await expect(bus.subscribe({ ...subscription, name: 'two', sources: ['other'] })).rejects.toThrow('other')
  }))

/** A log that a test reads line by line. */
function aLog() {
  const lines: string[] = []
  const logger = createLogger({ service: 'test', level: 'debug', destination: { write: (line) => void lines.push(line) } })
  return { logger, lines, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

test('why an event was parked is logged, without what the error quotes', async () => {
  const { logger, lines, entries } = aLog()
  await inWorld(async ({ bus, documents, tell }) => {
    const thrown = new RangeError('canary')
    const fail = () => {
      throw thrown
    }
    const consumers = [
      await subscribeProjection({ bus, documents, name: 'rows-v1', sources: ['teller'], rows: fail }),
      await subscribeReaction({
        bus,
        name: 'reaction',
        sources: ['teller'],
        types: ['samresa.teller.v1.Noted'],
        react: async () => fail(),
      }),
    ]
    await tell('s', 'a')
    await Promise.all(consumers.map((consumer) => consumer.caughtUp()))
  }, logger)
  const parkings = entries().filter(({ message }) => message === 'event parked')
  expect(parkings.map(({ consumer }) => consumer).toSorted()).toEqual(['reaction', 'rows-v1'])
  for (const entry of parkings) expect(entry).toMatchObject({ level: 'error', stream: 's', version: 1, err: { name: 'RangeError' } })
  expect(lines.join('')).not.toContain('canary')
})

test('what fails again and again is logged with its cause, once in a while and not at every attempt', async () => {
  const { logger, entries } = aLog()
  await inWorld(async ({ bus, tell }) => {
    let attempts = 0
    const consumer = await bus.subscribe({
      name: 'waiting',
      sources: ['teller'],
      handle: async (batch) => {
        attempts += 1
        return batch.map(() => (attempts < 5 ? { retryAfterMs: 1, cause: new RangeError('planted') } : 'done'))
      },
    })
    await tell('s', 'a')
    await consumer.caughtUp()
    expect(attempts).toBe(5)
  }, logger)
  expect(entries()).toMatchObject([{ level: 'warn', consumer: 'waiting', stream: 's', version: 1, err: { name: 'RangeError' } }])
})

test('a listener that throws is logged, and not told of the same events again', async () => {
  const { logger, entries } = aLog()
  await inWorld(async ({ bus, documents, tell }) => {
    const told: string[] = []
    const onWritten = (records: EventRecord[]) => {
      told.push(...records.map(({ stream, version }) => `${stream}${version}`))
      if (told.length === 1) throw new RangeError('planted')
    }
    const consumer = await subscribeProjection({ bus, documents, name: 'rows-v1', sources: ['teller'], rows: () => [], onWritten })
    await tell('s', 'a')
    await consumer.caughtUp()
    await tell('s', 'b')
    await consumer.caughtUp()
    expect(told).toEqual(['s1', 's2'])
  }, logger)
  expect(entries()).toMatchObject([{ consumer: 'rows-v1', err: { name: 'RangeError' } }])
})
