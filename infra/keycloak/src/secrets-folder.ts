import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { secretFile } from '@samresa/identity/keycloak-token-request'

/** Secrets in files of their own, which services and commands are pointed to. */
export interface SecretsFolder {
  fileOf(name: string): string
  /** The secret of that name; undefined when there is none yet. */
  read(name: string): string | undefined
  /** Keeps the secret, by default a new random one, readable by its owner only. */
  keep(name: string, secret?: string): string
  /** A text beside the secrets that somebody else puts there; undefined when nobody has. */
  text(file: string): string | undefined
}

export function openSecretsFolder(path: string): SecretsFolder {
  const folder = resolve(path)
  const textOf = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)
  const fileOf = (name: string) => secretFile(folder, name)
  return {
    fileOf,
    read: (name) => textOf(fileOf(name))?.trim() || undefined,
    keep: (name, secret = randomBytes(32).toString('base64url')) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const draft = `${fileOf(name)}.${process.pid}.draft`
      writeFileSync(draft, `${secret}\n`, { mode: 0o600 })
      renameSync(draft, fileOf(name))
      return secret
    },
    text: (file) => textOf(join(folder, file)),
  }
}
