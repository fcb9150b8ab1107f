import { connect } from './connect.ts'

/** Drops these databases and no others, for an installation that starts anew; those that are not there are fine. Rejects as opening a store does. */
export async function dropMongoDatabases({ url, names }: { url: string; names: readonly string[] }): Promise<void> {
  const client = await connect(url, 'samresa-drop')
  try {
    for (const name of names) await client.db(name).dropDatabase()
  } finally {
    await client.close()
  }
}
