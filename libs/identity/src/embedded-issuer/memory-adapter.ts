type Payload = Record<string, unknown> & { uid?: string; grantId?: string; consumed?: number }

interface Entry {
  payload: Payload
  expiresAt: number
}

/**
 * The issuer's sessions, grants, codes and refresh tokens, in memory: after a restart everyone logs in again. Beyond `capacity` the oldest
 * give way. The shape is oidc-provider's adapter.
 */
export function createMemoryAdapter(capacity = 20_000) {
  const entries = new Map<string, Entry>()

  const find = (key: string): Payload | undefined => {
    const entry = entries.get(key)
    if (entry === undefined || entry.expiresAt > Date.now()) return entry?.payload
    entries.delete(key)
    return undefined
  }

  const makeRoom = () => {
    if (entries.size < capacity) return
    const now = Date.now()
    for (const [key, entry] of entries) if (entry.expiresAt <= now) entries.delete(key)
    const oldest = entries.size >= capacity ? entries.keys().next().value : undefined
    if (oldest !== undefined) entries.delete(oldest)
  }

  return (model: string) => {
    const keyOf = (id: string) => `${model}:${id}`
    return {
      upsert: async (id: string, payload: Payload, expiresInSeconds?: number) => {
        makeRoom()
        const expiresAt = expiresInSeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresInSeconds * 1000
        entries.set(keyOf(id), { payload, expiresAt })
      },
      find: async (id: string) => find(keyOf(id)),
      findByUid: async (uid: string) => {
        const found = [...entries].find(([key, { payload }]) => key.startsWith(`${model}:`) && payload.uid === uid)
        return found === undefined ? undefined : find(found[0])
      },
      findByUserCode: async () => undefined,
      consume: async (id: string) => {
        const payload = find(keyOf(id))
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
      },
      destroy: async (id: string) => {
        entries.delete(keyOf(id))
      },
      revokeByGrantId: async (grantId: string) => {
        for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key)
      },
    }
  }
}
