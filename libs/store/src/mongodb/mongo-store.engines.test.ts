import { randomUUID } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { describe, expect, onTestFinished, test } from 'vitest'
import { emptyHead } from '../commit.ts'
import { aDraft } from '../commit-draft.builder.ts'
import { commitStoreContract } from '../commit-store.contract.ts'
import { documentStoreContract } from '../document-store.contract.ts'
import type { Document, DocumentWrite } from '../document-store.ts'
import { outboxContract } from '../outbox.contract.ts'
import { unpublishedIndex } from './collections.ts'
import { dropMongoDatabases } from './drop-database.ts'
import { openFaultyNetwork } from './faulty-network.ts'
import { openMongoStore } from './mongo-store.ts'

const url = process.env['MONGODB_URL'] ?? ''

const freshDatabase = () => {
  const database = `samresa_test_${randomUUID()}`
  onTestFinished(() => dropMongoDatabases({ url, names: [database] }))
  return database
}
const freshOpener = async (through = url) => {
  const database = freshDatabase()
  return () => openMongoStore({ url: through, database, appName: 'store-test' })
}
const freshStore = async (through = url) => {
  const store = await (await freshOpener(through))()
  onTestFinished(() => store.close())
  return store
}
/** The driver's own client on an empty database. */
const freshClient = async () => {
  const client = await MongoClient.connect(url)
  onTestFinished(() => client.close())
  return { client, database: freshDatabase() }
}

const put = (id: string, body: unknown): DocumentWrite => ({ op: 'put', collection: 'c', document: { id, body } })
const insert = (id: string, body: unknown): DocumentWrite => ({ op: 'insert', collection: 'c', document: { id, body } })
const advance = (from: number, to: number): DocumentWrite => ({ op: 'advance', collection: 'n', id: 'k', from, to })
const unavailable = { rejection: { kind: 'unavailable' } }

function onMongoDb() {
  describe('commits', () => commitStoreContract(freshOpener))
  describe('documents', () => documentStoreContract(freshOpener))
  describe('outbox and leases', () => outboxContract(freshOpener))

  test('two stores that append to one stream without end make one chain, each commit once', async () => {
    const open = await freshOpener()
    const stores = [await open(), await open()]
    const appendAll = async ({ commits }: (typeof stores)[number], writer: number) => {
      for (let n = 0; n < 20; n++) {
        while ((await commits.append(aDraft('s', `${writer}-${n}`), await commits.head('s'))).outcome !== 'appended');
      }
    }
    await Promise.all(stores.map(appendAll))
    const chain = await stores[0]!.commits.readStream('s')
    expect(chain.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1))
    expect(chain.slice(1).map(({ prevHash }) => prevHash)).toEqual(chain.slice(0, -1).map(({ hash }) => hash))
    expect(new Set(chain.map(({ commitId }) => commitId)).size).toBe(40)
    await Promise.all(stores.map((store) => store.close()))
  })

  test('a stream of more than one page is read whole', async () => {
    const { commits } = await freshStore()
    let head = emptyHead
    for (let n = 0; n < 501; n++) {
      await commits.append(aDraft('s', String(n)), head)
      head = await commits.head('s')
    }
    expect((await commits.readStream('s')).map(({ seq }) => seq)).toEqual(Array.from({ length: 501 }, (_, n) => n + 1))
    for (const id of ['t1', 't2']) await commits.append(aDraft('t', id), await commits.head('t'))
    const [following, last, ofAnother] = await Promise.all([
      commits.readStream('s', 2),
      commits.readStream('s', 501),
      commits.readStream('t', 2),
    ])
    expect([following.length, last.length, ofAnother.length]).toEqual([500, 1, 1])
  })

  describe('over a network that fails', () => {
    // The driver itself sends a cut write a second time; what it gives up on is the store's to find out.
    test.each([
      ['before', 1],
      ['after', 1],
      ['before', 3],
      ['after', 2],
      ['after', 4],
    ] as const)('an append whose connection is cut %s it arrives, %i times, is appended once and says so', async (when, times) => {
      await using network = await openFaultyNetwork(url)
      const { commits } = await freshStore(network.url)
      network.cut('insert', when, times)
      expect(await commits.append(aDraft('s', 'a'), emptyHead)).toMatchObject({ outcome: 'appended', commit: { seq: 1 } })
      expect(network.cutsLeft()).toBe(0)
      expect(await commits.readStream('s')).toHaveLength(1)
    })

    test.each([
      ['before', 1],
      ['after', 1],
      ['before', 3],
      ['after', 3],
    ] as const)(
      'appends that come together and are cut %s they arrive, %i times, are each appended once and say so',
      async (when, times) => {
        await using network = await openFaultyNetwork(url)
        const { commits } = await freshStore(network.url)
        network.cut('insert', when, times)
        const drafts = Array.from({ length: 12 }, (_, n) => aDraft(`s${n}`, `a${n}`))
        const results = await Promise.all(drafts.map((draft) => commits.append(draft, emptyHead)))
        expect(results.map(({ outcome }) => outcome)).toEqual(drafts.map(() => 'appended'))
        expect(network.cutsLeft()).toBe(0)
        for (const { stream } of drafts) expect(await commits.readStream(stream)).toHaveLength(1)
      },
    )

    test('of two that append the same commit, one over a network that cuts its answers, one says appended and the other repeated', async () => {
      await using network = await openFaultyNetwork(url)
      const database = freshDatabase()
      const [cut, sound] = [
        await openMongoStore({ url: network.url, database, appName: 'store-test' }),
        await openMongoStore({ url, database, appName: 'store-test' }),
      ]
      for (let n = 0; n < 10; n++) {
        network.cut('insert', 'after', 2)
        const results = await Promise.all([cut, sound].map(({ commits }) => commits.append(aDraft(`s${n}`, `a${n}`), emptyHead)))
        expect(results.map(({ outcome }) => outcome).sort()).toEqual(['appended', 'repeated'])
      }
      await Promise.all([cut.close(), sound.close()])
    })

    test('an insert and an advance whose answers are lost are written, and refused to whoever comes second', async () => {
      await using network = await openFaultyNetwork(url)
      const { documents } = await freshStore(network.url)
      const twice = async (write: DocumentWrite, command: string) => {
        network.cut(command, 'after', 2)
        const first = await documents.write([write], 'durable')
        expect(network.cutsLeft()).toBe(0)
        return [first.outcome, (await documents.write([write], 'durable')).outcome]
      }
      expect(await twice(insert('a', 1), 'insert')).toEqual(['written', 'refused'])
      expect(await twice(advance(0, 3), 'update')).toEqual(['written', 'refused'])
      expect(await twice(advance(3, 4), 'update')).toEqual(['written', 'refused'])
    })

    test.each(['update', 'commitTransaction'])('a batch whose %s goes unanswered again and again counts once', async (command) => {
      await using network = await openFaultyNetwork(url)
      const { documents } = await freshStore(network.url)
      network.cut(command, 'after', 3)
      expect(await documents.write([put('a', 1), put('b', 2), advance(0, 1)], 'durable')).toEqual({ outcome: 'written' })
      expect(network.cutsLeft()).toBe(0)
      expect([await documents.get('c', 'b'), await documents.counter('n', 'k')]).toEqual([2, 1])
    })

    test('a batch that meets other than it asks for, and whose reading of that goes unanswered, is refused by its first such write', async () => {
      await using network = await openFaultyNetwork(url)
      const { documents } = await freshStore(network.url)
      await documents.write([put('b', 1), advance(0, 1)], 'durable')
      const refusedAt = async (index: number, batch: DocumentWrite[]) => {
        network.cut('find', 'after', 3)
        expect(await documents.write(batch, 'durable')).toEqual({ outcome: 'refused', index })
        expect(network.cutsLeft()).toBe(0)
      }
      await refusedAt(1, [put('a', 1), insert('b', 2), advance(1, 2)])
      await refusedAt(2, [put('a', 1), put('b', 2), advance(2, 3)])
      expect([await documents.get('c', 'a'), await documents.get('c', 'b'), await documents.counter('n', 'k')]).toEqual([undefined, 1, 1])
    })

    test('a batch that was committed right before its server went away for a while counts once, and is told as written', async () => {
      await using network = await openFaultyNetwork(url)
      const { documents } = await freshStore(network.url)
      // Longer than the driver waits for a server: what it then says of the commit is that there is no server, not that it is unknown.
      network.cut('commitTransaction', 'after', 1, 7_000)
      expect(await documents.write([insert('a', 1), advance(0, 1)], 'durable')).toEqual({ outcome: 'written' })
      expect(network.cutsLeft()).toBe(0)
    })

    test('a batch that begins while its server is away for longer than the driver waits is written when it is back', async () => {
      await using network = await openFaultyNetwork(url)
      const { documents } = await freshStore(network.url)
      network.cut('find', 'before', 1, 8_000)
      const meanwhile = documents.get('c', 'a')
      await expect.poll(network.cutsLeft).toBe(0)
      expect(await documents.write([insert('b', 1), advance(0, 1)], 'durable')).toEqual({ outcome: 'written' })
      expect(await meanwhile).toBeUndefined()
    })

    test('a lease whose answer is lost is held under its first number', async () => {
      await using network = await openFaultyNetwork(url)
      const { leases } = await freshStore(network.url)
      network.cut('findAndModify', 'after', 3)
      expect(await leases.take('relay', 'me', 60_000)).toEqual({ epoch: 1 })
    })

    test('an index that takes longer to build than any other answer may take is built when the store is opened', async () => {
      await using network = await openFaultyNetwork(url)
      const { client, database } = await freshClient()
      network.hold('createIndexes', 5_500)
      const store = await openMongoStore({ url: network.url, database, appName: 'store-test' })
      await store.close()
      const indexes = await client.db(database).collection('commits').listIndexes().toArray()
      expect(indexes.map(({ name }) => name)).toEqual(['_id_', 'stream_seq', 'unpublished'])
    })

    test('calls to a server that has gone silent are unavailable within sixteen seconds', async () => {
      await using network = await openFaultyNetwork(url)
      const store = await freshStore(network.url)
      network.silence()
      const from = performance.now()
      const calls = [
        store.ping(),
        store.commits.append(aDraft('s', 'a'), emptyHead),
        store.documents.get('c', 'a'),
        store.documents.write([put('a', 1), put('b', 1)], 'durable'),
        store.leases.take('relay', 'me', 60_000),
      ]
      const results = await Promise.allSettled(calls)
      expect(results).toMatchObject(calls.map(() => ({ status: 'rejected', reason: unavailable })))
      expect(performance.now() - from).toBeLessThan(16_000)
    })
  })

  test('a watcher is told of what another process puts and inserts into its collection, and of nothing else', async () => {
    const open = await freshOpener()
    const [mine, theirs] = [await open(), await open()]
    const told: Document[] = []
    const stop = mine.documents.watch!('c', (documents) => told.push(...documents))
    let n = 0
    await expect
      .poll(async () => {
        await theirs.documents.write([put('p', ++n)], 'durable')
        return told.length
      })
      .toBeGreaterThan(0)
    await theirs.documents.write([{ op: 'put', collection: 'd', document: { id: 'x', body: 1 } }, advance(0, 1)], 'durable')
    await theirs.documents.write(
      [insert('i', { text: 'å' }), { ...put('q', 2), document: { id: 'q', index: 'x', body: 2 } } as DocumentWrite],
      'durable',
    )
    await expect
      .poll(() => told.slice(-2))
      .toEqual([
        { id: 'i', body: { text: 'å' } },
        { id: 'q', index: 'x', body: 2 },
      ])
    expect(told.filter(({ id }) => id === 'x')).toEqual([])
    const before = told.length
    await mine.documents.write([put('own', 1)], 'durable')
    await theirs.documents.write([put('last', 1)], 'durable')
    await expect.poll(() => told.slice(before).map(({ id }) => id)).toEqual(['last'])
    stop()
    await theirs.documents.write([put('r', 1)], 'durable')
    await Promise.all([mine.close(), theirs.close()])
    expect(told).toHaveLength(before + 1)
  })

  test('one change stream tells of everything that is wanted, and whoever comes to it later takes nothing from the others', async () => {
    const open = await freshOpener()
    const [mine, theirs] = [await open(), await open()]
    const told: string[] = []
    const stops = [mine.documents.watch!('c', (documents) => told.push(...documents.map(({ id }) => id)))]
    let n = 0
    const tellSomething = () => theirs.documents.write([put(String(++n), n)], 'durable')
    await expect.poll(async () => (await tellSomething()) && told.length).toBeGreaterThan(0)
    const from = Number(told[0])
    for (let other = 0; other < 5; other++) {
      await tellSomething()
      stops.push(mine.documents.watch!(`d${other}`, () => undefined))
      stops.push(mine.outbox.onAppend(() => told.push('appended')))
      await tellSomething()
    }
    await expect.poll(() => told.map(Number)).toEqual(Array.from({ length: n - from + 1 }, (_, index) => from + index))
    await expect
      .poll(async () => {
        await theirs.commits.append(aDraft('s', String(++n)), await theirs.commits.head('s'))
        return told.at(-1)
      })
      .toBe('appended')
    for (const stop of stops) stop()
    await Promise.all([mine.close(), theirs.close()])
  })

  test('a batch of more than 16 MiB in all is one batch, and a document of more is refused as too large', async () => {
    const { documents } = await freshStore()
    const rows = Array.from({ length: 20 }, (_, n) => put(String(n), 'x'.repeat(1024 * 1024)))
    expect(await documents.write([...rows, advance(0, 1)], 'durable')).toEqual({ outcome: 'written' })
    expect(await documents.find('c', { limit: 100 })).toHaveLength(20)
    const tooLarge = put('large', 'x'.repeat(17 * 1024 * 1024))
    for (const batch of [[tooLarge], [put('b', 1), tooLarge]]) {
      await expect(documents.write(batch, 'durable')).rejects.toMatchObject({ rejection: { kind: 'too-large' } })
    }
    expect(await documents.get('c', 'b')).toBeUndefined()
  })

  test('the poll of what waits reads only that, in the order of its index, and its age is told from the index alone', async () => {
    const { client, database } = await freshClient()
    const store = await openMongoStore({ url, database, appName: 'store-test' })
    for (let n = 0; n < 50; n++) await store.commits.append(aDraft(`s${n}`, `c${n}`), emptyHead)
    const marks = Array.from({ length: 47 }, (_, n) => ({ commitId: `c${n}`, topic: 't', partition: 0, offset: '1' }))
    await store.outbox.markPublished(marks, { name: 'relay', epoch: 1 })
    await store.close()
    const commits = client.db(database).collection('commits')
    const poll = await commits.find({ pub: 0 }).sort({ stream: 1, seq: 1 }).limit(10).explain('executionStats')
    expect(poll['executionStats']).toMatchObject({ totalKeysExamined: 3, totalDocsExamined: 3 })
    expect(JSON.stringify(poll)).not.toContain('"SORT"')
    const age = await commits
      .aggregate([{ $match: { pub: 0 } }, { $group: { _id: null, oldestAt: { $min: '$at' } } }], { hint: unpublishedIndex })
      .explain('executionStats')
    expect(JSON.stringify(age)).toContain('"totalDocsExamined":0')
  })

  test('streams that are read on together are found by their index, which gives them in order', async () => {
    const { client, database } = await freshClient()
    const store = await openMongoStore({ url, database, appName: 'store-test' })
    for (let n = 0; n < 50; n++) await store.commits.append(aDraft(`s${n}`, `c${n}`), emptyHead)
    await store.close()
    const following = Array.from({ length: 20 }, (_, n) => ({ stream: `s${n}`, seq: { $gte: 2 - (n % 2) } }))
    const found = await client
      .db(database)
      .collection('commits')
      .find({ $or: following })
      .sort({ stream: 1, seq: 1 })
      .limit(500)
      .explain('executionStats')
    expect(found['executionStats']).toMatchObject({ totalDocsExamined: 10, nReturned: 10 })
    expect(JSON.stringify(found)).not.toContain('"SORT"')
  })

  test.each([
    ['other keys', 'stream_seq', { stream: 1 }, { unique: true }],
    ['no uniqueness', 'stream_seq', { stream: 1, seq: 1 }, {}],
    ['another name', 'mine', { stream: 1, seq: 1 }, { unique: true }],
    ['no condition', 'unpublished', { stream: 1, seq: 1, pub: 1, at: 1 }, {}],
  ] as const)('an index with %s is named when the store is opened', async (_, name, key, options) => {
    const { client, database } = await freshClient()
    await (await openMongoStore({ url, database, appName: 'store-test' })).close()
    const commits = client.db(database).collection('commits')
    await commits.dropIndexes()
    await commits.createIndex(key, { name, ...options })
    await expect(openMongoStore({ url, database, appName: 'store-test' })).rejects.toThrow(
      new RegExp(`index ${name} of ${database}.commits`),
    )
  })

  test('a collection of commits without the validator is named when the store is opened', async () => {
    const { client, database } = await freshClient()
    await client.db(database).createCollection('commits')
    await expect(openMongoStore({ url, database, appName: 'store-test' })).rejects.toThrow(/commits has another validator/)
  })

  test('only the databases that are named are dropped, not those whose names go on from there', async () => {
    const { client, database } = await freshClient()
    const other = `${database}_b`
    onTestFinished(() => dropMongoDatabases({ url, names: [other] }))
    for (const name of [database, other]) await client.db(name).createCollection('c')
    await dropMongoDatabases({ url, names: [database, `${database}_absent`] })
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true })
    expect(databases.map(({ name }) => name).filter((name) => name.startsWith(database))).toEqual([other])
  })

  test('several processes that open an empty database at once all get it', async () => {
    const open = await freshOpener()
    const stores = await Promise.all(Array.from({ length: 6 }, open))
    await Promise.all(stores.map((store) => store.ping()))
    await Promise.all(stores.map((store) => store.close()))
  })

  test('after closing, everything is unavailable and closing again is fine', async () => {
    const store = await freshStore()
    const last = store.commits.append(aDraft('s', 'a'), emptyHead)
    await store.close()
    expect((await last).outcome).toBe('appended')
    await expect(store.commits.append(aDraft('s', 'b'), emptyHead)).rejects.toMatchObject(unavailable)
    await expect(store.documents.write([put('a', 1), put('b', 1)], 'durable')).rejects.toMatchObject(unavailable)
    await expect(store.ping()).rejects.toMatchObject(unavailable)
    await store.close()
  })
}

if (url !== '') describe('on MongoDB', onMongoDb)
else test('the store on MongoDB', ({ skip }) => skip('needs MONGODB_URL: run npm run test:engines'))
