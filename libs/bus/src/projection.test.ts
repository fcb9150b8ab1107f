import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStore } from '@samresa/store'
import { expect, onTestFinished, test } from 'vitest'
import type { EventBus, Subscription } from './event-bus.ts'
import { anEvent } from './event-record.builder.ts'
import { subscribeProjection } from './projection.ts'

const eventOf = (version: number) => anEvent('s', version)

/** A projection that is handed its batches by the test, in whatever order. */
async function aProjection() {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-projection-'))
  const { documents, close } = await openEmbeddedStore({ file: join(folder, 'test.sqlite') })
  onTestFinished(async () => {
    await close()
    await rm(folder, { recursive: true })
  })
  let subscription: Subscription | undefined
  const bus: EventBus = {
    subscribe: async (given) => {
      subscription = given
      return { caughtUp: async () => undefined, close: async () => undefined }
    },
  }
  await subscribeProjection({
    bus,
    documents,
    name: 'rows-v1',
    sources: ['teller'],
    rows: ({ version }) => [{ op: 'insert', collection: 'rows', document: { id: String(version), body: version } }],
  })
  return {
    handle: (...versions: number[]) => subscription!.handle(versions.map(eventOf)),
    rows: async () => (await documents.find<number>('rows', { limit: 10 })).map(({ body }) => body),
  }
}

test('an event that comes before the one it follows waits for it, and says which one that is', async () => {
  const { handle, rows } = await aProjection()
  const waitsFor = (missing: number) => ({ retryAfterMs: expect.any(Number), missing })
  expect(await handle(2)).toEqual([waitsFor(1)])
  expect(await handle(1, 3)).toEqual(['done', waitsFor(2)])
  expect(await rows()).toEqual([1])
  expect(await handle(2, 3)).toEqual(['done', 'done'])
  expect(await rows()).toEqual([1, 2, 3])
})
