import type { KeyObject } from 'node:crypto'
import { createKeyFile } from './key-file.ts'
import { type KeySet, keySetFrom } from './key-set.ts'
import { badToken, identityUnavailable } from './refusals.ts'

/** The issuer's public keys, kept through the issuer's outages. */
export interface KeySource {
  /** The key of that name. Rejects RejectionError: `unauthenticated` when the issuer has no such key, `unavailable` when there are no keys at all. */
  get(kid: string): Promise<KeyObject>
  /** Names the key set in force, undefined when there is none. Equal names, equal keys. Asks for newer keys in the background when they are due. */
  current(): string | undefined
}

export interface KeySourceOptions {
  /** Where the issuer shows its keys. */
  url: string
  /** A file that keeps the public keys over a restart. */
  file?: string
  /** How long one request may take. */
  timeoutMs?: number
  /** At least this long between two requests, however many unknown key names come in. */
  cooldownMs?: number
  /** Keys older than this are asked for anew in the background: the bound on how long a withdrawn key still counts. */
  maxAgeMs?: number
  /** Keys older than this count for nothing, even when the issuer stays away. */
  staleCapMs?: number
  /** Machine clock, milliseconds. */
  now?: () => number
}

/** Without any key each request is worth a try, but not more than one a second. */
const emptyCooldownMs = 1_000
const maxBytes = 1024 * 1024

async function fetchKeys(url: string, timeoutMs: number): Promise<KeySet> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error', headers: { accept: 'application/json' } })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`the key address answered ${response.status}`)
  if (text.length > maxBytes) throw new Error('the key address answered too much')
  return keySetFrom(JSON.parse(text))
}

export function createKeySource({
  url,
  file,
  timeoutMs = 2_000,
  cooldownMs = 5_000,
  maxAgeMs = 60_000,
  staleCapMs = 24 * 3_600_000,
  now = Date.now,
}: KeySourceOptions): KeySource {
  const keyFile = file === undefined ? undefined : createKeyFile(file, url)
  const kept = keyFile?.read()
  let held: { set: KeySet; at: number } | undefined = kept && { set: kept.set, at: Math.min(kept.at, now()) }
  let triedAt = Number.NEGATIVE_INFINITY
  let lastFailure = 'the keys were never fetched'
  let flight: Promise<void> | undefined

  const keep = (set: KeySet) => {
    held = { set, at: now() }
    try {
      keyFile?.write(set, held.at)
    } catch (error) {
      // The file only helps a restart during an outage; without it the keys in memory are as good.
      lastFailure = String(error)
    }
  }

  const refresh = (): Promise<void> => {
    if (flight !== undefined) return flight
    triedAt = now()
    flight = fetchKeys(url, timeoutMs)
      .then(keep, (error: unknown) => {
        lastFailure = String(error)
      })
      .finally(() => {
        flight = undefined
      })
    return flight
  }

  /** A request within the cooldown joins the one under way, or goes without. */
  const refreshUnlessTried = async (withinMs: number): Promise<void> => {
    if (flight !== undefined || now() - triedAt >= withinMs) await refresh()
  }

  const inForce = (): KeySet | undefined => (held !== undefined && now() - held.at < staleCapMs ? held.set : undefined)

  const refreshWhenDue = (): void => {
    if (held !== undefined && now() - held.at >= maxAgeMs) void refreshUnlessTried(cooldownMs)
  }

  return {
    current: () => {
      refreshWhenDue()
      return inForce()?.fingerprint
    },
    get: async (kid) => {
      if (inForce() === undefined) await refreshUnlessTried(emptyCooldownMs)
      if (inForce() === undefined) throw identityUnavailable(lastFailure)
      if (!inForce()?.keys.has(kid)) await refreshUnlessTried(cooldownMs)
      else refreshWhenDue()
      const key = inForce()?.keys.get(kid)
      if (key === undefined) throw badToken('unknown key')
      return key
    },
  }
}
