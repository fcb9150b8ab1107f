import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { DocumentStore } from '@samresa/store'
import { closeBox, openBox, type SealedBox } from './sealed-box.ts'

/** A participant's key with the name that sealed texts carry. */
export interface ParticipantKey {
  kid: string
  key: KeyObject
}

interface StoredKey {
  kid: string
  wrapped: SealedBox
}

const collection = 'participant-keys'
const houseKey = 'house'
const keyBytes = 32

/** How many opened keys are kept in memory: 10,000 take about 2 MB. */
const cacheSize = 10_000

export interface ParticipantKeys {
  /** The participant's key; undefined when there is none (never made, or erased). Empty subject: the house's own key. */
  find(subject: string): Promise<ParticipantKey | undefined>
  /** The participant's key, made and durable when there was none. */
  obtain(subject: string): Promise<ParticipantKey>
  /** The key when it is at hand without asking the store. */
  cached(subject: string): ParticipantKey | undefined
}

/** One random key per participant, stored only wrapped by the master key. */
export function createParticipantKeys(documents: DocumentStore, masterKey: KeyObject): ParticipantKeys {
  const cache = new Map<string, ParticipantKey>()
  const making = new Map<string, Promise<ParticipantKey>>()

  const boundTo = (id: string, kid: string) => `key|${id}|${kid}`

  const remember = (id: string, key: ParticipantKey): ParticipantKey => {
    const oldest = cache.size >= cacheSize ? cache.keys().next().value : undefined
    if (oldest !== undefined) cache.delete(oldest)
    cache.set(id, key)
    return key
  }

  const read = async (id: string): Promise<ParticipantKey | undefined> => {
    const stored = await documents.get<StoredKey>(collection, id)
    if (stored === undefined) return undefined
    const key = openBox(masterKey, boundTo(id, stored.kid), stored.wrapped)
    // Not the same as an erased key: going on would show every text as gone.
    if (key === undefined) throw new Error('the master key does not open the stored participant keys')
    return remember(id, { kid: stored.kid, key: createSecretKey(key) })
  }

  const make = async (id: string): Promise<ParticipantKey> => {
    const existing = await read(id)
    if (existing !== undefined) return existing
    const kid = randomBytes(9).toString('base64url')
    const key = randomBytes(keyBytes)
    const body: StoredKey = { kid, wrapped: closeBox(masterKey, boundTo(id, kid), key) }
    const written = await documents.write([{ op: 'insert', collection, document: { id, body } }], 'durable')
    if (written.outcome === 'written') return remember(id, { kid, key: createSecretKey(key) })
    const winner = await read(id)
    if (winner === undefined) throw new Error('a participant key vanished while it was being made')
    return winner
  }

  const idOf = (subject: string) => subject || houseKey

  return {
    cached: (subject) => cache.get(idOf(subject)),
    find: async (subject) => cache.get(idOf(subject)) ?? (await read(idOf(subject))),
    obtain: async (subject) => {
      const id = idOf(subject)
      const known = cache.get(id)
      if (known !== undefined) return known
      const mine = making.get(id) ?? make(id).finally(() => making.delete(id))
      making.set(id, mine)
      return mine
    },
  }
}
