import { hash } from 'node:crypto'
import type { VerifiedToken } from './token-verifier.ts'

/** Tokens found valid already: a machine sends the same one with every report, and checking its signature each time costs ten times as much. */
export interface VerifiedTokens {
  /** `keySet` names the keys in force: with other keys, or none, nothing counts as checked. */
  find(token: string, keySet: string | undefined): VerifiedToken | undefined
  keep(token: string, keySet: string | undefined, result: VerifiedToken): void
}

/** Keeps digests, not tokens. An expired token is never found; the oldest entry gives way. */
export function createVerifiedTokens(size = 5_000): VerifiedTokens {
  const byDigest = new Map<string, VerifiedToken>()
  let checkedWith: string | undefined

  const digestOf = (token: string) => hash('sha256', token, 'base64url')

  const follow = (keySet: string | undefined) => {
    if (keySet !== checkedWith) byDigest.clear()
    checkedWith = keySet
  }

  return {
    find: (token, keySet) => {
      follow(keySet)
      if (typeof token !== 'string' || byDigest.size === 0) return undefined
      const digest = digestOf(token)
      const found = byDigest.get(digest)
      if (found === undefined || found.expiresAt > Date.now()) return found
      byDigest.delete(digest)
      return undefined
    },
    keep: (token, keySet, result) => {
      follow(keySet)
      if (keySet === undefined) return
      const oldest = byDigest.size >= size ? byDigest.keys().next().value : undefined
      if (oldest !== undefined) byDigest.delete(oldest)
      byDigest.set(digestOf(token), result)
    },
  }
}
