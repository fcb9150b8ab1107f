import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStore } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'
import { describe, expect, test } from 'vitest'
import type { BusWorld } from '../event-bus.contract.ts'
import { eventBusContract } from '../event-bus.contract.ts'
import { createEmbeddedBus } from './embedded-bus.ts'

const logger = createLogger({ service: 'test', level: 'silent' })

async function inWorld(check: (world: BusWorld) => Promise<void>) {
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
          const event = { id: randomUUID(), type: 'samresa.test.v1.Noted', subject: 'p1', time: '2026-04-28T06:00:00.000Z', data: { note } }
          const meta = {
            actor: { user: 'anna', role: 'caseworker' as const },
            purpose: 'planning',
            correlationId: 'c',
            at: '2026-04-28T06:00:00.000Z',
          }
          await teller.commits.append({ stream, commitId: event.id, events: [event], ...meta }, await teller.commits.head(stream))
        }
      },
      async restart() {
        current.life.alive = false
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
