/** One event on its way to a consumer, with what CloudEvents headers and the commit say about it. */
export interface EventRecord {
  /** ce_id */
  id: string
  /** ce_type: full proto name */
  type: string
  /** ce_source: the service that told it */
  source: string
  /** ce_subject and key: participantId, or empty */
  subject: string
  /** ce_time: business clock */
  time: string
  /** The stream it stands in, and ce_seq: its own gap-free number there. */
  stream: string
  version: number
  correlationId: string
  causationId?: string
  traceparent?: string
  /** Machine clock of the commit. */
  at: string
  actor: string
  /** Protojson, sealed as stored. */
  data: unknown
  /** The commit it belongs to: its number and hash, and whether this event is the commit's last. */
  commit: { seq: number; hash: string; last: boolean }
}

/**
 * What became of one event: handled, to be tried again, or set aside with a reason (only its own stream waits behind it). `cause` is what
 * went wrong, for the log alone: when parked always, when tried again once in a while. `missing` is the number of the event that must come
 * first and has not: told when it stays away.
 */
export type Outcome = 'done' | { retryAfterMs: number; cause?: unknown; missing?: number } | { park: string; cause?: unknown }

export interface Subscription {
  /** Unique in the service: the name its offsets are kept under. */
  name: string
  /** The services whose events are heard. */
  sources: string[]
  /** The records of accesses too; left out by default. The witness's own stream is told to nobody. */
  accesses?: boolean
  /** Handles a batch; the outcomes are in the batch's order. Events of one stream come in order, each stream at most once at a time. Never throws. */
  handle(batch: EventRecord[]): Promise<Outcome[]>
  /** A person has decided to leave this event out: whatever counts events counts it as handled. May be told twice. */
  skip?(record: EventRecord): Promise<void>
}

export interface Consumer {
  /** Resolves when everything told before this call has been handled. */
  caughtUp(): Promise<void>
  /** Stops taking events and waits for the batch at hand. */
  close(): Promise<void>
}

/** Brings the events of the other services. At least once; in order per stream. */
export interface EventBus {
  subscribe(subscription: Subscription): Promise<Consumer>
}
