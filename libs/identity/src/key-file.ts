import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type KeySet, keySetFrom } from './key-set.ts'

/** Public keys that outlive a restart while the issuer is away. `at`: machine clock, milliseconds. */
export interface KeyFile {
  read(): { set: KeySet; at: number } | undefined
  write(set: KeySet, at: number): void
}

/** Keys of another URL, and files that cannot be understood, count as none. The file is readable by its owner only. */
export function createKeyFile(file: string, url: string): KeyFile {
  return {
    read: () => {
      try {
        const kept = JSON.parse(readFileSync(file, 'utf8')) as { url: string; at: number; keys: unknown }
        return kept.url === url && Number.isFinite(kept.at) ? { set: keySetFrom(kept), at: kept.at } : undefined
      } catch {
        return undefined
      }
    },
    write: (set, at) => {
      const draft = `${file}.${process.pid}.draft`
      writeFileSync(draft, JSON.stringify({ url, at, keys: set.jwks }), { mode: 0o600 })
      renameSync(draft, file)
    },
  }
}
