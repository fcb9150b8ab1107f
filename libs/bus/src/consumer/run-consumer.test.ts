import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStore } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'
import { expect, onTestFinished, test } from 'vitest'
import { createEmbeddedBus } from '../embedded/embedded-bus.ts'
import type { Outcome } from '../event-bus.ts'
import { parked } from '../parked.ts'
import { subscribeReaction } from '../reaction.ts'

/** A bus between two stores. The parts that every engine shares are tried on the one that needs no server. */
async function aBus() {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-consumer-'))
  const [teller, hearer] = await Promise.all(
    ['teller', 'hearer'].map((name) => openEmbeddedStore({ file: join(folder, `${name}.sqlite`) })),
  )
  const { commits } = teller!
  const { documents } = hearer!
  const bus = createEmbeddedBus({ logs: { teller: commits }, documents, logger: createLogger({ service: 'test', level: 'silent' }) })
  onTestFinished(async () => {
    await bus.close()
    await Promise.all([teller!.close(), hearer!.close()])
    await rm(folder, { recursive: true })
  })
  const tell = async (stream: string, note: string) => {
    const time = '2026-04-28T06:00:00.000Z'
    const event = { id: randomUUID(), type: 'samresa.teller.v1.Noted', subject: 'p', time, data: { note } }
    const actor = { user: 'anna', role: 'caseworker' as const }
    const draft = { stream, commitId: event.id, events: [event], actor, purpose: 'planning', correlationId: 'c', at: time }
    await commits.append(draft, await commits.head(stream))
  }
  return { bus, documents, tell }
}

test.each<[string, Outcome]>([
  ['a parked event', { park: 'planted' }],
  ['an event that is tried again', { retryAfterMs: 1 }],
])('nothing that comes behind %s is handled before it', async (_, outcome) => {
  const { bus, documents, tell } = await aBus()
  let stopped = true
  let attempts = 0
  const heard: string[] = []
  await subscribeReaction({
    bus,
    name: 'reaction',
    sources: ['teller'],
    types: ['samresa.teller.v1.Noted'],
    react: async ({ data }) => {
      const { note } = data as { note: string }
      if (note === 'first') attempts++
      if (note === 'first' && stopped) return outcome
      heard.push(note)
      return 'done'
    },
  })
  await tell('s', 'first')
  await expect.poll(() => attempts, { timeout: 10_000 }).toBeGreaterThan(0)
  await tell('s', 'second')
  await tell('t', 'beside')
  await expect.poll(() => heard, { timeout: 10_000 }).toContain('beside')
  expect(heard).toEqual(['beside'])
  stopped = false
  for (const { id } of await parked(documents).list()) await parked(documents).retry(id)
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['beside', 'first', 'second'])
})

test('a backlog that takes longer than a batch may is handled whole and in order', async () => {
  const { bus, tell } = await aBus()
  const heard: string[] = []
  for (let note = 1; note <= 20; note++) await tell('s', String(note))
  const consumer = await subscribeReaction({
    bus,
    name: 'reaction',
    sources: ['teller'],
    types: ['samresa.teller.v1.Noted'],
    atMostMs: 0,
    react: async ({ data }) => {
      heard.push((data as { note: string }).note)
      return 'done'
    },
  })
  await consumer.caughtUp()
  expect(heard).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 1)))
})
