import { join } from 'node:path'
import { MongoClient, MongoServerError } from 'mongodb'
import { waitUntil } from '../product/wait-until.ts'
import { host, type ServerRecipe } from './server-process.ts'

export const replicaSet = 'rs0'
const alreadyInitialized = 23
const settlesWithinMs = 60_000
/** On one machine a member is silent for 2 s only when it is gone: writes wait 3 s for a new primary instead of 12. */
const electionTimeoutMillis = 2_000

/** Members of one replica set: member i on port + i. */
export const mongoRecipes = (program: string, data: string, port: number, nodes: number): ServerRecipe[] =>
  Array.from({ length: nodes }, (_, id) => ({
    name: `mongo-${id}`,
    port: port + id,
    command: join(program, 'mongod'),
    args: [
      ...['--dbpath', join(data, `mongo-${id}`), '--bind_ip', host, '--port', String(port + id)],
      ...['--replSet', replicaSet, '--wiredTigerCacheSizeGB', '0.5', '--quiet'],
      // A client that is frozen inside a transaction holds what it touched for that long.
      ...['--setParameter', 'transactionLifetimeLimitSeconds=10'],
    ],
    layOut: async () => undefined,
  }))

/** Forms the replica set of these members where they are none yet, and waits for its primary. */
export async function formReplicaSet(members: string[]): Promise<void> {
  await withMember(members[0]!, async (client) => {
    const config = {
      _id: replicaSet,
      members: members.map((host, id) => ({ _id: id, host })),
      settings: { electionTimeoutMillis },
    }
    try {
      await client.db('admin').command({ replSetInitiate: config })
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === alreadyInitialized)) throw error
    }
  })
  await waitUntil('MongoDB has a primary', async () => await findPrimary(members), settlesWithinMs)
}

/** The address of the member that takes writes, or undefined while there is none. */
export async function findPrimary(members: string[]): Promise<string | undefined> {
  for (const member of members) {
    const hello = await helloOf(member)
    if (hello?.['isWritablePrimary'] === true) return member
  }
  return undefined
}

/** Whether every member is there and knows the same primary. */
export async function membersAgree(members: string[]): Promise<boolean> {
  const hellos = await Promise.all(members.map(helloOf))
  const primary = hellos[0]?.['primary']
  const follows = (hello: Awaited<ReturnType<typeof helloOf>>) =>
    hello?.['primary'] === primary && (hello?.['isWritablePrimary'] || hello?.['secondary'])
  return primary !== undefined && hellos.every(follows)
}

/** Asks the primary to give way, and waits until another member has taken over. */
export async function stepDown(members: string[]): Promise<void> {
  const before = await waitUntil('MongoDB has a primary', () => findPrimary(members), settlesWithinMs)
  await withMember(before, (client) => client.db('admin').command({ replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5 }))
  await waitUntil('another primary', async () => ((await findPrimary(members)) ?? before) !== before, settlesWithinMs)
}

const helloOf = (member: string) => withMember(member, (client) => client.db('admin').command({ hello: 1 })).catch(() => undefined)

async function withMember<T>(member: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const limits = { serverSelectionTimeoutMS: 2_000, connectTimeoutMS: 2_000, socketTimeoutMS: 30_000 }
  const client = new MongoClient(`mongodb://${member}/?directConnection=true`, limits)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}
