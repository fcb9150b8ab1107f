import { hash } from 'node:crypto'
import type { Actor } from '@samresa/kernel'

/** One event as it is stored: data is protojson with its sealed parts replaced (libs/seal). */
export interface StoredEvent {
  id: string
  /** Full proto name. */
  type: string
  /** participantId; empty for events about no single participant. */
  subject: string
  /** Business clock, RFC 3339 UTC. */
  time: string
  data: unknown
}

/** What a decision wants to be written. */
export interface CommitDraft {
  stream: string
  /** Unique in the store: a repeated command finds its first commit by it. */
  commitId: string
  events: StoredEvent[]
  actor: Actor
  purpose: string
  correlationId: string
  causationId?: string
  traceparent?: string
  /** Machine clock, RFC 3339 UTC. */
  at: string
}

/** Where a stream ends: what the next commit must follow. */
export interface StreamHead {
  /** Number of the last commit; 0 for an empty stream. */
  seq: number
  /** Number of the last event; 0 for an empty stream. */
  version: number
  /** Hash of the last commit; empty for an empty stream. */
  hash: string
}

export const emptyHead: StreamHead = { seq: 0, version: 0, hash: '' }

/** One commit: event store, outbox, command receipt and audit unit at once. `seq` numbers commits, `firstVer` + index numbers events. */
export interface Commit extends CommitDraft {
  seq: number
  firstVer: number
  prevHash: string
  hash: string
}

export const headOf = (commit: Commit): StreamHead => ({
  seq: commit.seq,
  version: commit.firstVer + commit.events.length - 1,
  hash: commit.hash,
})

/** The bytes of a commit that its hash covers: everything but its place in the engine. Stored as they are, never re-serialised. */
export interface CommitText {
  stream: string
  seq: number
  commitId: string
  firstVer: number
  /** JSON of the events. */
  events: string
  /** JSON of actor, purpose, correlationId, causationId, traceparent, at. */
  meta: string
  prevHash: string
}

/** SHA-256 over the length-framed parts, hex: no two different commits share the hashed bytes. */
export function hashCommit(text: CommitText): string {
  const parts = [text.stream, String(text.seq), text.commitId, String(text.firstVer), text.events, text.meta, text.prevHash]
  return hash('sha256', parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''), 'hex')
}
