import type { DocumentStore } from '@samresa/store'
import { expect, test } from 'vitest'
import type { EventBus, EventRecord, Outcome } from './event-bus.ts'
import { parked } from './parked.ts'
import { subscribeProjection } from './projection.ts'
import { subscribeReaction } from './reaction.ts'

/** One service that tells and one that hears. */
export interface BusWorld {
  bus: EventBus
  /** The hearing service's documents. */
  documents: DocumentStore
  /**
   * Tells one event after the other in a stream of the service `teller`, each a commit of its own; resolves when all are told.
   * Streams whose names begin alike are about one participant. What `access-…` streams tell are accesses, what `witness` tells is evidence, everything else is `samresa.teller.v1.Noted`.
   */
  tell(stream: string, ...notes: string[]): Promise<void>
  /**
   * Stops the hearing side as a killed process would, without closing it, and starts it again on the same data: `bus` and `documents` are
   * then new. What the bus remembers of the consumer `forgetting` is lost.
   */
  restart(forgetting?: string): Promise<void>
  /** True once the bus remembers anything about how far a consumer has come. */
  remembers(consumer: string): Promise<boolean>
}

const type = 'samresa.teller.v1.Noted'
const noteOf = (record: EventRecord) => (record.data as { note: string }).note
const rowsOf = (record: EventRecord) => [
  { op: 'put', collection: 'rows', document: { id: `${record.stream}/${record.version}`, body: noteOf(record) } } as const,
]

/** The promises of EventBus with projections, reactions and parking on it, held by every engine. */
export function eventBusContract(inWorld: (check: (world: BusWorld) => Promise<void>) => Promise<void>) {
  const reaction = (bus: EventBus, react: (record: EventRecord) => Promise<Outcome>) =>
    subscribeReaction({ bus, name: 'reaction', sources: ['teller'], types: [type], react })
  const projection = (world: Pick<BusWorld, 'bus' | 'documents'>, rows = rowsOf, onWritten?: (records: EventRecord[]) => void) =>
    subscribeProjection({ ...world, name: 'rows-v1', sources: ['teller'], rows, ...(onWritten === undefined ? {} : { onWritten }) })
  const rowsIn = async (documents: DocumentStore) =>
    (await documents.find<string>('rows', { limit: 1000 })).map(({ id, body }) => `${id} ${body}`)

  test('events told before and after the subscription arrive, in order per stream', () =>
    inWorld(async ({ bus, tell }) => {
      const heard: string[] = []
      await tell('s', 'a', 'b')
      const consumer = await reaction(bus, async (record) => {
        heard.push(`${record.stream}${record.version}${noteOf(record)}`)
        return 'done'
      })
      await Promise.all([tell('s', 'c', 'd'), tell('t', 'x', 'y')])
      await consumer.caughtUp()
      expect(heard.filter((note) => note.startsWith('s'))).toEqual(['s1a', 's2b', 's3c', 's4d'])
      expect(heard.filter((note) => note.startsWith('t'))).toEqual(['t1x', 't2y'])
    }))

  test('a slow stream does not hold up another, and never has two events at work', () =>
    inWorld(async ({ bus, tell }) => {
      await tell('slow', 'a', 'b')
      await tell('swift', 'a', 'b')
      const release = Promise.withResolvers<void>()
      const heard: string[] = []
      let atWork = 0
      const consumer = await reaction(bus, async (record) => {
        if (record.stream === 'slow') {
          expect(++atWork).toBe(1)
          await release.promise
          atWork--
        }
        heard.push(`${record.stream}${record.version}`)
        if (record.stream === 'swift' && record.version === 2) release.resolve()
        return 'done'
      })
      await consumer.caughtUp()
      expect(heard).toEqual(['swift1', 'swift2', 'slow1', 'slow2'])
    }))

  test('an event that asks to be tried again is, before what follows it in its stream', () =>
    inWorld(async ({ bus, tell }) => {
      const heard: string[] = []
      let attempts = 0
      const consumer = await reaction(bus, async (record) => {
        if (noteOf(record) === 'b' && ++attempts < 3) return { retryAfterMs: 5 }
        heard.push(`${record.stream}${noteOf(record)}`)
        return 'done'
      })
      await tell('s', 'a', 'b', 'c')
      await tell('t', 'x')
      await consumer.caughtUp()
      expect(heard.filter((note) => note.startsWith('s'))).toEqual(['sa', 'sb', 'sc'])
      expect(heard).toContain('tx')
    }))

  test('however much waits behind an event that is tried again, all of it follows in order', () =>
    inWorld(async ({ bus, tell }) => {
      const notes = Array.from({ length: 120 }, (_, index) => `n${index}`)
      await tell('s', ...notes)
      const heard: string[] = []
      let attempts = 0
      const consumer = await reaction(bus, async (record) => {
        if (++attempts === 1) return { retryAfterMs: 5 }
        heard.push(noteOf(record))
        return 'done'
      })
      await consumer.caughtUp()
      expect(heard).toEqual(notes)
    }))

  test('a read model has each event once, although everything is delivered again after a kill', () =>
    inWorld(async (world) => {
      await world.tell('s', 'a', 'b')
      const written: string[] = []
      const first = await projection(world, rowsOf, (records) => written.push(...records.map(noteOf)))
      await first.caughtUp()
      await world.restart('rows-v1')
      await world.documents.write([{ op: 'put', collection: 'rows', document: { id: 's/1', body: 'seen' } }], 'durable')
      await world.tell('s', 'c')
      const second = await projection(world, rowsOf, (records) => written.push(...records.map(noteOf)))
      await second.caughtUp()
      expect(await rowsIn(world.documents)).toEqual(['s/1 seen', 's/2 b', 's/3 c'])
      expect(written).toEqual(['a', 'b', 'c'])
    }))

  test('a consumer goes on where it was, and hears everything told while it was away', () =>
    inWorld(async (world) => {
      const heard: string[] = []
      const hear = async (record: EventRecord): Promise<Outcome> => {
        heard.push(noteOf(record))
        return 'done'
      }
      const first = await reaction(world.bus, hear)
      await world.tell('s', 'a', 'b')
      await first.caughtUp()
      await first.close()
      await world.restart()
      await world.tell('s', 'c')
      await (await reaction(world.bus, hear)).caughtUp()
      expect(heard).toEqual(['a', 'b', 'c'])
    }))

  test('what waits for another attempt when the process dies is heard after the restart, with all that follows it', () =>
    inWorld(async (world) => {
      await world.tell('s', 'a', 'b', 'c')
      await world.tell('t', 'x')
      await reaction(world.bus, async ({ stream }) => (stream === 's' ? { retryAfterMs: 60_000 } : 'done'))
      await expect.poll(() => world.remembers('reaction')).toBe(true)
      const heard: string[] = []
      await world.restart()
      const consumer = await reaction(world.bus, async (record) => {
        heard.push(`${record.stream}${noteOf(record)}`)
        return 'done'
      })
      await consumer.caughtUp()
      expect(heard.filter((note) => note.startsWith('s'))).toEqual(['sa', 'sb', 'sc'])
    }))

  test.each(['throws', 'parks'])('an event whose handler %s parks its own stream only, also over a restart', (how) =>
    inWorld(async (world) => {
      const rows = (record: EventRecord) => {
        if (noteOf(record) === 'poison') throw new TypeError('planted')
        return rowsOf(record)
      }
      const react = async (record: EventRecord): Promise<Outcome> => {
        if (noteOf(record) === 'poison' && how === 'throws') throw new TypeError('planted')
        return noteOf(record) === 'poison' ? { park: 'planted' } : 'done'
      }
      const consumers = [await projection(world, rows), await reaction(world.bus, react)]
      await world.tell('s', 'a', 'poison', 'c')
      await world.tell('t', 'x')
      await Promise.all(consumers.map((consumer) => consumer.caughtUp()))
      const list = await parked(world.documents).list()
      expect(list.map(({ consumer, source, stream, fromVersion }) => [consumer, source, stream, fromVersion]).toSorted()).toEqual([
        ['reaction', 'teller', 's', 2],
        ['rows-v1', 'teller', 's', 2],
      ])
      await world.restart()
      await world.tell('s', 'd')
      await world.tell('t', 'y')
      const again = await projection(world, rows)
      await again.caughtUp()
      expect(await rowsIn(world.documents)).toEqual(['s/1 a', 't/1 x', 't/2 y'])
    }),
  )

  test('a parked stream that is retried goes on with its event and all that waited behind it', () =>
    inWorld(async (world) => {
      let poisonous = true
      const consumer = await projection(world, (record) => {
        if (poisonous && noteOf(record) === 'poison') throw new TypeError('planted')
        return rowsOf(record)
      })
      await world.tell('s', 'a', 'poison', 'c')
      await consumer.caughtUp()
      const desk = parked(world.documents)
      const [first] = await desk.list()
      expect(await desk.retry(first!.id)).toBe(true)
      await consumer.caughtUp()
      await expect.poll(async () => (await desk.list()).map(({ decision }) => decision)).toEqual([undefined])
      poisonous = false
      await world.tell('s', 'd')
      await desk.retry(first!.id)
      await expect.poll(() => desk.list()).toEqual([])
      expect(await rowsIn(world.documents)).toEqual(['s/1 a', 's/2 poison', 's/3 c', 's/4 d'])
      await world.tell('s', 'e')
      await consumer.caughtUp()
      expect(await rowsIn(world.documents)).toHaveLength(5)
    }))

  test('an event that is skipped is left out, what waited behind it goes on, and who skipped it is kept', () =>
    inWorld(async (world) => {
      const consumer = await projection(world, (record) => {
        if (noteOf(record) === 'poison') throw new TypeError('planted')
        return rowsOf(record)
      })
      await world.tell('s', 'a', 'poison', 'c')
      await consumer.caughtUp()
      const desk = parked(world.documents)
      const [first] = await desk.list()
      expect(await desk.skip('unknown', 'x', 'operator')).toBe(false)
      expect(await desk.skip(first!.id, 'sent by mistake', 'operator')).toBe(true)
      await expect.poll(() => desk.list()).toEqual([])
      await world.tell('s', 'd')
      await consumer.caughtUp()
      expect(await rowsIn(world.documents)).toEqual(['s/1 a', 's/3 c', 's/4 d'])
      const kept = await world.documents.find('parked-skipped', { limit: 10 })
      expect(kept).toMatchObject([
        { body: { stream: 's', fromVersion: 2, decision: { as: 'skip', reason: 'sent by mistake', by: 'operator' } } },
      ])
    }))

  test('a row that is refused parks its own stream, and the other streams of the batch are written', () =>
    inWorld(async (world) => {
      await world.tell('s', 'a', 'twice', 'c')
      await world.tell('t', 'twice', 'x')
      const consumer = await projection(
        world,
        (record) => [...rowsOf(record), { op: 'insert', collection: 'once', document: { id: noteOf(record), body: 1 } }] as never,
      )
      await consumer.caughtUp()
      const list = await parked(world.documents).list()
      // Whichever of the two streams comes first has the row.
      const expected = { t: ['s/1 a', 's/2 twice', 's/3 c'], s: ['s/1 a', 't/1 twice', 't/2 x'] }[list[0]!.stream]
      expect(list).toHaveLength(1)
      expect(await rowsIn(world.documents)).toEqual(expected)
    }))

  test('a handler that breaks its promise and throws is asked again, and the consumer lives', () =>
    inWorld(async ({ bus, tell }) => {
      let calls = 0
      const consumer = await bus.subscribe({
        name: 'broken',
        sources: ['teller'],
        handle: async (batch) => {
          if (++calls === 1) throw new SyntaxError('planted')
          return batch.map(() => 'done')
        },
      })
      await tell('s', 'a')
      await consumer.caughtUp()
      expect(calls).toBe(2)
    }))

  test.each([
    [false, ['s']],
    [true, ['access-teller', 's']],
  ])('accesses are heard when asked for (%s), and the witness never', (accesses, expected) =>
    inWorld(async ({ bus, tell }) => {
      const heard: string[] = []
      const consumer = await bus.subscribe({
        name: 'some',
        sources: ['teller'],
        accesses,
        handle: async (batch) => {
          heard.push(...batch.map(({ stream }) => stream))
          return batch.map(() => 'done')
        },
      })
      await tell('access-teller', 'a')
      await tell('witness', 'a')
      await tell('s', 'a')
      await consumer.caughtUp()
      expect(heard.toSorted()).toEqual(expected)
    }),
  )
}

const typesOfStreams: [RegExp, string][] = [
  [/^access-/, 'samresa.access.v1.AccessRecorded'],
  [/^witness$/, 'samresa.audit.v1.CommitsWitnessed'],
]

/** What the teller tells in this stream. */
export const typeIn = (stream: string): string => typesOfStreams.find(([pattern]) => pattern.test(stream))?.[1] ?? type
