import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

const largestReserve = 16 * 1024 * 1024

/** The part of the disk that commits may not use: 16 MiB, or a tenth of a small file system. */
export function defaultReserve(file: string): number {
  const { blocks, bsize } = statfsSync(dirname(file))
  return Math.min(largestReserve, Math.floor((blocks * bsize) / 10))
}

/**
 * Tells whether `bytes` more may be written without touching the reserve. What is written costs twice: in the log, then in the file.
 * When it looks short, the log is folded into the file first, which gives its room back.
 */
export function createFreeSpace(db: DatabaseSync, file: string, reserveBytes: number): (bytes: number) => boolean {
  const folder = dirname(file)
  const enough = (bytes: number) => {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize >= reserveBytes + 2 * bytes
  }
  return (bytes) => {
    if (enough(bytes)) return true
    try {
      // A reader in another process may hold the log; a refusal is better than waiting for it.
      db.exec('PRAGMA busy_timeout = 20; PRAGMA wal_checkpoint(TRUNCATE)')
    } catch {
      // No room even for that: the answer below says so.
    } finally {
      db.exec('PRAGMA busy_timeout = 5000')
    }
    return enough(bytes)
  }
}
