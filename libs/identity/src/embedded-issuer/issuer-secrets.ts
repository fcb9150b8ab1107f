import { createHash, generateKeyPair, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { JWK } from 'jose'
import { clientIds } from '../audiences.ts'
import { tokenSecretFile } from './token-request.ts'

export type SigningKey = JWK & { kid: string; alg: 'RS256'; use: 'sig' }

/** What an embedded issuer makes for itself at first run and keeps below its data folder, readable by its owner only. */
export interface IssuerSecrets {
  signingKey: SigningKey
  /** Secret by client id. */
  clients: Readonly<Record<string, string>>
  /** Who can read it may have tokens made for any demo user. */
  tokenSecret: string
}

async function kept<T>(file: string, make: () => T | Promise<T>): Promise<T> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined
  try {
    if (text !== undefined) return JSON.parse(text) as T
  } catch {
    // Without the parser's own message: it would quote the secret.
    throw new Error(`${file} is damaged: remove it, and a new one is made`)
  }
  const made = await make()
  writeFileSync(`${file}.draft`, `${JSON.stringify(made)}\n`, { mode: 0o600 })
  renameSync(`${file}.draft`, file)
  return made
}

async function makeSigningKey(): Promise<SigningKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const jwk = privateKey.export({ format: 'jwk' })
  const kid = createHash('sha256').update(String(jwk.n)).digest('base64url').slice(0, 16)
  return { ...(jwk as JWK), kid, alg: 'RS256', use: 'sig' }
}

const makeSecret = () => randomBytes(32).toString('base64url')

/** `dataDir` belongs to one running instance: nobody else writes there meanwhile. */
export async function readOrMakeIssuerSecrets(dataDir: string): Promise<IssuerSecrets> {
  const folder = join(dataDir, 'identity')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const names = [clientIds.portal, ...clientIds.systems]
  return {
    signingKey: await kept(join(folder, 'signing-key.json'), makeSigningKey),
    clients: await kept(join(folder, 'client-secrets.json'), () => Object.fromEntries(names.map((name) => [name, makeSecret()]))),
    tokenSecret: await kept(tokenSecretFile(dataDir), makeSecret),
  }
}
