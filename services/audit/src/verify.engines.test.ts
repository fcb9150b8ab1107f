import { randomUUID } from 'node:crypto'
import { machineClock, newId, serviceActor } from '@samresa/kernel'
import { type Commit, dropMongoDatabases, type MongoStore, mongoDatabaseOf, openMongoStore } from '@samresa/store'
import { type Db, MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openWitness, witnessedServices, witnessStream } from './application/witness.ts'
import { recorded, reported, yonas } from './audit-rig.ts'
import { verifyMongoInstallation } from './verify.mongodb.ts'

const url = process.env['MONGODB_URL'] ?? ''
const plan = `plan-${yonas}`
const reports = `reports-${yonas}`

/** An installation with four commits on each of three streams, all of them witnessed. */
function onMongoDb() {
  let prefix = ''
  let client: MongoClient
  const databaseOf = (service: string): string => mongoDatabaseOf(prefix, service)
  const verify = async () => {
    const { ok, faults = [], ...counts } = await verifyMongoInstallation({ url, prefix })
    expect(ok).toBe(faults.length === 0)
    return { counts, faults: faults.map(({ stream, seq, kind }) => `${kind} ${stream} ${seq}`) }
  }
  /** The faults after a change that somebody with the database's rights makes. */
  const faultsAfter = async (service: string, change: (db: Db) => Promise<unknown>): Promise<string[]> => {
    await change(client.db(databaseOf(service)))
    return (await verify()).faults
  }

  beforeAll(async () => {
    client = await MongoClient.connect(url)
  })
  afterAll(() => client.close())
  beforeEach(async () => {
    prefix = `samresa_test_${randomUUID().slice(0, 8)}_`
    const open = (service: string) => openMongoStore({ url, database: databaseOf(service), appName: 'verify-test' })
    const [journey, planning, agencySync, audit] = (await Promise.all(witnessedServices.map(open))) as [
      MongoStore,
      MongoStore,
      MongoStore,
      MongoStore,
    ]
    const witness = await openWitness({ commits: audit.commits, documents: audit.documents, clock: machineClock })
    for (let round = 0; round < 4; round++) {
      const batch = [
        { source: 'planning', commit: await commitTo(planning, plan) },
        { source: 'planning', commit: await commitTo(planning, 'access-planning') },
        { source: 'agency-sync', commit: await commitTo(agencySync, reports) },
      ]
      await witness.record(
        batch.map(({ source, commit: { stream, seq, hash } }) => ({ source, stream, commit: { seq, hash, last: true } })),
      )
    }
    await Promise.all([journey, planning, agencySync, audit].map((store) => store.close()))
  })
  afterEach(() => dropMongoDatabases({ url, names: witnessedServices.map(databaseOf) }))

  test('what nobody has touched is in order', async () => {
    expect(await verify()).toEqual({ counts: { streams: 4, commits: 16, events: 20 }, faults: [] })
  })

  test.each(['events', 'meta', 'prevHash', 'hash'])('a changed byte of %s is found', async (field) => {
    const change = (db: Db) =>
      db
        .collection('commits')
        .updateOne({ stream: plan, seq: 2 }, [
          { $set: { [field]: { $concat: ['~', { $substrCP: [`$${field}`, 1, { $strLenCP: `$${field}` }] }] } } },
        ])
    expect(await faultsAfter('planning', change)).toEqual([`ALTERED ${plan} 2`])
  })

  test('something else than text in the place of the events is found', async () => {
    const change = (db: Db) =>
      db.collection('commits').updateOne({ stream: plan, seq: 2 }, { $set: { events: [1] } }, { bypassDocumentValidation: true })
    expect(await faultsAfter('planning', change)).toEqual([`ALTERED ${plan} 2`])
  })

  test('a cut-off tail is found, of a plan and of the witness itself', async () => {
    const cut = (stream: string) => (db: Db) => db.collection('commits').deleteMany({ stream, seq: { $gt: 2 } })
    expect(await faultsAfter('planning', cut(plan))).toEqual([`MISSING_TAIL ${plan} 3`])
    expect(await faultsAfter('audit', cut(witnessStream))).toContain(`MISSING_TAIL ${witnessStream} 3`)
  })

  test('a database that is gone has lost its streams, and without its witness an installation has lost that', async () => {
    expect(await faultsAfter('agency-sync', (db) => db.dropDatabase())).toEqual([`MISSING_STREAM ${reports} 4`])
    expect(await faultsAfter('audit', (db) => db.dropDatabase())).toEqual([`MISSING_STREAM ${witnessStream} 1`])
  })

  test('commits that have changed places are found', async () => {
    const faults = await faultsAfter('planning', async (db) => {
      const commits = db.collection('commits')
      const move = (from: number, to: number) => commits.updateOne({ stream: plan, seq: from }, { $set: { seq: to } })
      for (const [from, to] of [
        [2, 9],
        [3, 2],
        [9, 3],
      ] as const)
        await move(from, to)
    })
    expect(new Set(faults.map((fault) => fault.split(' ').slice(0, 2).join(' ')))).toEqual(new Set([`REORDERED ${plan}`]))
  })

  test('databases without data cannot be verified', async () => {
    await expect(verifyMongoInstallation({ url, prefix: `${prefix}nothing_` })).rejects.toThrow(/no data/)
  })
}

async function commitTo({ commits }: MongoStore, stream: string): Promise<Commit> {
  const draft = {
    stream,
    commitId: newId(),
    events: stream === reports ? [reported('2026-11-22T02:00:00.000Z')] : stream === plan ? [recorded(), recorded()] : [recorded()],
    actor: serviceActor('test'),
    purpose: 'planning',
    correlationId: newId(),
    at: '2026-11-22T02:00:00.000Z',
  }
  const result = await commits.append(draft, await commits.head(stream))
  if (result.outcome !== 'appended') throw new Error(result.outcome)
  return result.commit
}

if (url !== '') describe('on MongoDB', onMongoDb)
else test('the evidence on MongoDB', ({ skip }) => skip('needs MONGODB_URL: run npm run test:engines'))
