/** A document of a collection. Ids sort by code unit; `index` is one further key to find by. */
export interface Document<T = unknown> {
  id: string
  index?: string
  body: T
}

/**
 * `put` inserts or replaces. `insert` refuses an id that exists. `advance` moves a counter document from `from` to `to` and refuses when it
 * stands elsewhere (absent counts as 0): the fence that gives each effect once. `remove` is fine with nothing there.
 */
export type DocumentWrite =
  | { op: 'put'; collection: string; document: Document }
  | { op: 'insert'; collection: string; document: Document }
  | { op: 'advance'; collection: string; id: string; from: number; to: number }
  | { op: 'remove'; collection: string; id: string }

/**
 * `durable`: resolving means it survives loss of power. `disposable`: it survives loss of the process; after loss of power the newest
 * such writes may be gone, all together with everything after them, and are made again (read models).
 */
export type Durability = 'durable' | 'disposable'

export interface DocumentQuery {
  /** Ids from here on (inclusive). */
  from?: string
  /** Ids before this (exclusive). */
  before?: string
  limit: number
  reverse?: boolean
}

/**
 * Documents of one service. `write` applies a batch in order, all or nothing. One that rejects as `unavailable` may have counted all the
 * same: it must be safe to repeat, which an `advance` in it makes it.
 */
export interface DocumentStore {
  get<T>(collection: string, id: string): Promise<T | undefined>
  find<T>(collection: string, query: DocumentQuery): Promise<Document<T>[]>
  findByIndex<T>(collection: string, index: string, limit: number): Promise<Document<T>[]>
  counter(collection: string, id: string): Promise<number>
  /** `refused` names the first write of the batch that could not be applied; nothing of the batch then counts. */
  write(batch: DocumentWrite[], durability: Durability): Promise<{ outcome: 'written' } | { outcome: 'refused'; index: number }>
  /** Removes a whole collection: a read model that is to be built anew. When it rejects, some of it may be left: it is to be repeated. */
  drop(collection: string): Promise<void>
  /**
   * Tells of documents that other processes put or insert into a collection, soon after; left out by engines that one process has to
   * itself. A hint: it may tell twice, and misses some when the engine fails over, so whoever must have all reads again now and then.
   */
  watch?<T>(collection: string, listener: (documents: Document<T>[]) => void): () => void
}
