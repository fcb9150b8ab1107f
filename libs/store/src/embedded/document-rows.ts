import type { Document } from '../document-store.ts'
import { openForReading } from './database.ts'

/** The documents of a collection as they lie in a store's file, read beside a running instance or on a stopped one. Throws when it cannot be opened. */
export function readDocumentRows<T>(file: string, collection: string): Document<T>[] {
  const db = openForReading(file)
  try {
    const rows = db.prepare('SELECT id, body FROM documents WHERE collection = ? ORDER BY id').all(collection)
    return rows.map(({ id, body }) => ({ id: String(id), body: JSON.parse(String(body)) as T }))
  } finally {
    db.close()
  }
}
