import { randomBytes } from 'node:crypto'

interface Kept<Value> {
  value: Value
  usedAt: number
}

/** Values under unguessable ids: bounded in number and in idle time, the longest unused goes first. */
export interface SessionStore<Value> {
  add(value: Value): string
  find(id: string | undefined): Value | undefined
  drop(id: string | undefined): void
  dropWhere(matches: (value: Value) => boolean): number
  size(): number
}

interface SessionStoreOptions {
  most: number
  idleMilliseconds: number
  now?: () => number
}

export function createSessionStore<Value>({ most, idleMilliseconds, now = Date.now }: SessionStoreOptions): SessionStore<Value> {
  // A Map keeps its order of insertion, and a used value is inserted again: the first one is the longest unused.
  const kept = new Map<string, Kept<Value>>()

  const forgetIdle = () => {
    for (const [id, { usedAt }] of kept) {
      if (now() - usedAt < idleMilliseconds && kept.size <= most) return
      kept.delete(id)
    }
  }

  return {
    add(value) {
      const id = randomBytes(32).toString('base64url')
      kept.set(id, { value, usedAt: now() })
      forgetIdle()
      return id
    },
    find(id) {
      forgetIdle()
      const found = id === undefined ? undefined : kept.get(id)
      if (id === undefined || found === undefined) return undefined
      kept.delete(id)
      kept.set(id, { value: found.value, usedAt: now() })
      return found.value
    },
    drop: (id) => {
      if (id !== undefined) kept.delete(id)
    },
    dropWhere(matches) {
      const ids = [...kept].filter(([, { value }]) => matches(value)).map(([id]) => id)
      for (const id of ids) kept.delete(id)
      return ids.length
    },
    size: () => kept.size,
  }
}
