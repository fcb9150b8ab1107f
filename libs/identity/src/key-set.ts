import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'

/** The signing keys of an issuer: RS256 only, by `kid`. */
export interface KeySet {
  keys: ReadonlyMap<string, KeyObject>
  /** Equal for equal keys. */
  fingerprint: string
  /** The public keys as they came, to be kept in a file. */
  jwks: JWK[]
}

type SigningJwk = JWK & { kid: string }

const isSigningKey = (key: unknown): key is SigningJwk => {
  const jwk = key as Record<string, unknown> | null
  return jwk?.['kty'] === 'RSA' && jwk['use'] === 'sig' && jwk['alg'] === 'RS256' && typeof jwk['kid'] === 'string'
}

/** Throws when the document is no key set or holds no RS256 signing key. */
export function keySetFrom(document: unknown): KeySet {
  const listed = (document as { keys?: unknown } | null)?.keys
  if (!Array.isArray(listed)) throw new Error('not a key set')
  // Rebuilt member by member: a private part that an issuer shows by mistake is neither used nor kept.
  const jwks = listed.filter(isSigningKey).map(({ kid, n, e }) => ({ kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e }) as SigningJwk)
  if (jwks.length === 0) throw new Error('a key set without an RS256 signing key')
  const keys = new Map(jwks.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })]))
  const fingerprint = createHash('sha256').update(JSON.stringify(jwks)).digest('base64url')
  return { keys, fingerprint, jwks }
}
