import type { CommitStore } from './commit-store.ts'
import type { DocumentStore } from './document-store.ts'

/** The commits and documents of one service, on whatever engine. */
export interface Store {
  commits: CommitStore
  documents: DocumentStore
  /** Writes what is waiting and lets go of the engine. */
  close(): Promise<void>
}
