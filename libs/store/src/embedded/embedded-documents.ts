import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Document, DocumentQuery, DocumentStore, DocumentWrite } from '../document-store.ts'
import { writeFailureFrom } from './write-failure.ts'
import type { DocumentOperation, WriteJob, WriteOutcome } from './write-job.ts'
import type { Writer } from './writer.ts'

interface DocumentRow {
  id: string
  ix: string | null
  body: string
}

const documentFromRow = <T>({ id, ix, body }: DocumentRow): Document<T> =>
  ix === null ? { id, body: JSON.parse(body) } : { id, index: ix, body: JSON.parse(body) }

function operationFrom(write: DocumentWrite): DocumentOperation {
  if (write.op === 'advance') return ['advance', write.collection, write.id, write.from, write.to]
  if (write.op === 'remove') return ['remove', write.collection, write.id]
  const { id, index, body } = write.document
  const text: string | undefined = JSON.stringify(body)
  if (text === undefined) throw new TypeError(`The document ${write.collection}/${id} has no body`)
  return [write.op, write.collection, id, index ?? null, text]
}

/** The documents of one file: written by its writer, read over a connection of their own. */
export function createEmbeddedDocuments(reader: DatabaseSync, writer: Writer): DocumentStore {
  const one = reader.prepare('SELECT body FROM documents WHERE collection = ? AND id = ?')
  const byIndex = reader.prepare('SELECT id, ix, body FROM documents WHERE collection = ? AND ix = ? ORDER BY id LIMIT ?')
  const counter = reader.prepare('SELECT value FROM counters WHERE collection = ? AND id = ?')
  const ranges = new Map<string, StatementSync>()

  const rangeOf = ({ before, reverse }: DocumentQuery): StatementSync => {
    const condition = `WHERE collection = ? AND id >= ? ${before === undefined ? '' : 'AND id < ?'}`
    const sql = `SELECT id, ix, body FROM documents ${condition} ORDER BY id ${reverse === true ? 'DESC' : 'ASC'} LIMIT ?`
    const prepared = ranges.get(sql) ?? reader.prepare(sql)
    ranges.set(sql, prepared)
    return prepared
  }

  const submit = (job: WriteJob) => new Promise<WriteOutcome>((resolve) => writer.write(job, resolve))

  return {
    async get<T>(collection: string, id: string) {
      const row = one.get(collection, id) as { body: string } | undefined
      return row === undefined ? undefined : (JSON.parse(row.body) as T)
    },
    async find<T>(collection: string, query: DocumentQuery) {
      const bounds = query.before === undefined ? [query.from ?? ''] : [query.from ?? '', query.before]
      return (rangeOf(query).all(collection, ...bounds, query.limit) as unknown[] as DocumentRow[]).map(documentFromRow<T>)
    },
    async findByIndex<T>(collection: string, index: string, limit: number) {
      return (byIndex.all(collection, index, limit) as unknown[] as DocumentRow[]).map(documentFromRow<T>)
    },
    async counter(collection, id) {
      return Number(counter.get(collection, id)?.['value'] ?? 0)
    },
    async write(batch, durability) {
      if (batch.length === 0) return { outcome: 'written' }
      const outcome = await submit(['documents', durability === 'durable', batch.map(operationFrom)])
      if (outcome[0] === 'written') return { outcome: 'written' }
      if (outcome[0] === 'refused') return { outcome: 'refused', index: outcome[1] }
      throw writeFailureFrom(outcome)
    },
    async drop(collection) {
      const outcome = await submit(['drop', collection])
      if (outcome[0] !== 'written') throw writeFailureFrom(outcome)
    },
  }
}
