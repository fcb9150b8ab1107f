import type { DatabaseSync } from 'node:sqlite'
import type { DocumentOperation, DocumentsJob, DropJob, WriteOutcome } from './write-job.ts'

/** Applies batches of document writes inside the open transaction; a refused batch leaves nothing behind. */
export function createDocumentsApplier(db: DatabaseSync) {
  const put = db.prepare(
    'INSERT INTO documents VALUES (?, ?, ?, ?) ON CONFLICT (collection, id) DO UPDATE SET ix = excluded.ix, body = excluded.body',
  )
  const insert = db.prepare('INSERT INTO documents VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
  const start = db.prepare(
    'INSERT INTO counters VALUES (?, ?, ?) ON CONFLICT (collection, id) DO UPDATE SET value = excluded.value WHERE value = 0',
  )
  const advance = db.prepare('UPDATE counters SET value = ? WHERE collection = ? AND id = ? AND value = ?')
  const remove = db.prepare('DELETE FROM documents WHERE collection = ? AND id = ?')
  const removeCounter = db.prepare('DELETE FROM counters WHERE collection = ? AND id = ?')
  const drop = db.prepare('DELETE FROM documents WHERE collection = ?')
  const dropCounters = db.prepare('DELETE FROM counters WHERE collection = ?')
  const savepoint = db.prepare('SAVEPOINT batch')
  const rollback = db.prepare('ROLLBACK TO batch')
  const release = db.prepare('RELEASE batch')

  const apply = (operation: DocumentOperation): boolean => {
    switch (operation[0]) {
      case 'put':
        put.run(operation[1], operation[2], operation[3], operation[4])
        return true
      case 'insert':
        return insert.run(operation[1], operation[2], operation[3], operation[4]).changes === 1
      case 'advance': {
        const [, collection, id, from, to] = operation
        return (from === 0 ? start.run(collection, id, to) : advance.run(to, collection, id, from)).changes === 1
      }
      case 'remove':
        remove.run(operation[1], operation[2])
        removeCounter.run(operation[1], operation[2])
        return true
    }
  }

  return {
    write([, , operations]: DocumentsJob): WriteOutcome {
      savepoint.run()
      const refused = operations.findIndex((operation) => !apply(operation))
      if (refused >= 0) rollback.run()
      release.run()
      return refused >= 0 ? ['refused', refused] : ['written']
    },
    drop([, collection]: DropJob): WriteOutcome {
      drop.run(collection)
      dropCounters.run(collection)
      return ['written']
    },
  }
}
