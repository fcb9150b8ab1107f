import { setTimeout as pause } from 'node:timers/promises'
import type { Document as Fields, MongoClientOptions, MongoOptions } from 'mongodb'
import { MongoClient } from 'mongodb'
import { engineFailureFrom, isPassing } from './engine-failure.ts'

/** Together they end a call whose server has gone silent; one alone does not. */
const answerWithinMs = 5_000
/** Opening waits for an election that is under way. */
const patienceMs = 30_000
const againAfterMs = 200
/** MongoDB 6.0. */
const oldestWireVersion = 17

/** How every client of ours speaks to the servers. */
export const settings = {
  w: 'majority',
  journal: true,
  readConcernLevel: 'majority',
  readPreference: 'primary',
  retryWrites: true,
  retryReads: true,
  socketTimeoutMS: answerWithinMs,
  serverSelectionTimeoutMS: answerWithinMs,
  connectTimeoutMS: answerWithinMs,
  maxPoolSize: 50,
} as const

/**
 * Connects to a replica set, waiting for its primary. Rejects with a plain Error that says what is wrong: no primary within 30 s, a server
 * that belongs to no replica set, one that is too old, or one that does not let this user in.
 */
export const connect = (url: string, appName: string): Promise<MongoClient> => connectWith(url, { ...settings, appName })

/**
 * Does work that may be done again, on a connection of its own where an answer may take as long as it takes: an index is built in one call,
 * and the server breaks it off when nobody waits any more. Rejects as `connect` does, and when no primary is there for 30 s on end.
 */
export async function withPatientClient(url: string, appName: string, work: (client: MongoClient) => Promise<void>): Promise<void> {
  const client = await connectWith(url, { ...settings, appName, socketTimeoutMS: 0 })
  try {
    for (let giveUpAt = Number.POSITIVE_INFINITY; ; ) {
      try {
        return await work(client)
      } catch (error) {
        giveUpAt = Math.min(giveUpAt, performance.now() + patienceMs)
        if (!isPassing(error) || performance.now() > giveUpAt) throw engineFailureFrom(error)
        await pause(againAfterMs)
      }
    }
  } finally {
    await client.close()
  }
}

async function connectWith(url: string, options: MongoClientOptions): Promise<MongoClient> {
  const giveUpAt = performance.now() + patienceMs
  for (;;) {
    // A client that could not connect stays closed.
    const client = new MongoClient(url, options)
    try {
      refuseUnfit(await client.db('admin').command({ hello: 1 }), placeOf(client))
      return client
    } catch (error) {
      await client.close()
      if (!isPassing(error)) throw error
      await refuseUnfitHosts(client.options)
      if (performance.now() > giveUpAt)
        throw new Error(`No primary answers at ${placeOf(client)}: ${(error as Error).message}`, { cause: error })
      await pause(againAfterMs)
    }
  }
}

function refuseUnfit(hello: Fields, place: string): void {
  if (hello['setName'] === undefined)
    throw new Error(`${place} belongs to no replica set: transactions and change streams need one, and one member is enough`)
  if (hello['maxWireVersion'] < oldestWireVersion) throw new Error(`${place} is older than MongoDB 6.0`)
}

/** A driver that looks for a replica set passes over servers that belong to none, and would only say that nobody answers. */
async function refuseUnfitHosts({ hosts, credentials, tls }: MongoOptions): Promise<void> {
  for (const host of hosts) {
    const { username, password, source } = credentials ?? {}
    const direct = new MongoClient(`mongodb://${host}/`, {
      directConnection: true,
      serverSelectionTimeoutMS: 1_000,
      connectTimeoutMS: 1_000,
      tls,
      ...(username === undefined || username === '' ? {} : { auth: { username, password: password ?? '' }, authSource: source ?? 'admin' }),
    })
    const hello = await direct
      .db('admin')
      .command({ hello: 1 })
      .catch(() => undefined)
      .finally(() => direct.close())
    if (hello !== undefined) refuseUnfit(hello, String(host))
  }
}

const placeOf = (client: MongoClient): string => client.options.hosts.join(',')
