import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

// Documents are rows of a plain table: bodies are appended densely, and only the small index is written at random.
const tables = `
  CREATE TABLE IF NOT EXISTS commits (
    position INTEGER PRIMARY KEY, stream TEXT NOT NULL, seq INTEGER NOT NULL, commit_id TEXT NOT NULL UNIQUE, first_ver INTEGER NOT NULL,
    events TEXT NOT NULL, meta TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL, UNIQUE (stream, seq)) STRICT;
  CREATE TABLE IF NOT EXISTS documents (
    collection TEXT NOT NULL, id TEXT NOT NULL, ix TEXT, body TEXT NOT NULL, UNIQUE (collection, id)) STRICT;
  CREATE INDEX IF NOT EXISTS documents_by_index ON documents (collection, ix) WHERE ix IS NOT NULL;
  CREATE TABLE IF NOT EXISTS counters (
    collection TEXT NOT NULL, id TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (collection, id)) STRICT, WITHOUT ROWID;`

const pageBytes = 4096
const largeReserve = 8 * 1024 * 1024

/**
 * Opens the file for its one writer, who syncs the log before anything is answered (`synchronous = NORMAL` leaves that out of each
 * transaction); creates it, readable by its owner only. Throws when the file is damaged.
 */
export function openForWriting(file: string, reserveBytes: number): DatabaseSync {
  closeSync(openSync(file, 'a', 0o600))
  const db = new DatabaseSync(file)
  // A long log spares writing the same pages again and again; on a small disk it must leave room for its own checkpoint.
  const logPages = reserveBytes < largeReserve ? Math.max(16, Math.floor(reserveBytes / pageBytes / 4)) : 4000
  db.exec(`PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4000;
    PRAGMA wal_autocheckpoint = ${logPages}; PRAGMA journal_size_limit = ${logPages * pageBytes};`)
  const check = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
  if (check.quick_check !== 'ok') throw new Error(`The database is damaged: ${check.quick_check}`)
  db.exec(tables)
  return db
}

/** Opens the file for reading beside its writer. */
export function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true })
  db.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -4000')
  return db
}
