import { connect } from './connect.ts'

/** Drops the databases whose names begin so, for an installation that starts anew. Rejects as opening a store does. */
export async function dropMongoDatabases({ url, prefix }: { url: string; prefix: string }): Promise<void> {
  if (prefix === '') throw new TypeError('Without a prefix this would be every database of the server')
  const client = await connect(url, 'samresa-drop')
  try {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true, authorizedDatabases: true })
    for (const { name } of databases) if (name.startsWith(prefix)) await client.db(name).dropDatabase()
  } finally {
    await client.close()
  }
}
