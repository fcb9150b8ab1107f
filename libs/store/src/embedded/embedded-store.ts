import type { CommitLog, CommitStore } from '../commit-store.ts'
import type { Store } from '../store.ts'
import { openForReading } from './database.ts'
import { createEmbeddedCommits } from './embedded-commits.ts'
import { createEmbeddedDocuments } from './embedded-documents.ts'
import { defaultReserve } from './free-space.ts'
import { openWriter } from './writer.ts'
import type { WriterThread } from './writer-thread.ts'

/** The commits and documents of one service in one SQLite file. */
export interface EmbeddedStore extends Store {
  commits: CommitStore & CommitLog
}

export interface EmbeddedStoreOptions {
  /** The file; its folder exists. One process at a time: whoever opens stores holds the folder's lock. */
  file: string
  /** Room on the disk that commits leave free; 16 MiB or a tenth of a small disk by default. */
  reserveBytes?: number
  /** Where the writing is done; by default on the caller's own thread, which is enough for one store with little to do. */
  writers?: WriterThread
}

/** Opens or creates a store. Rejects when the file cannot be opened or is damaged. */
export async function openEmbeddedStore({
  file,
  reserveBytes = defaultReserve(file),
  writers,
}: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const writer = writers === undefined ? openWriter(file, reserveBytes) : await writers.open(file, reserveBytes)
  const reader = openForReading(file)
  let closing: Promise<void> | undefined
  const close = async () => {
    await writer.close()
    reader.close()
  }
  return {
    commits: createEmbeddedCommits(reader, writer),
    documents: createEmbeddedDocuments(reader, writer),
    close() {
      closing ??= close()
      return closing
    },
  }
}
