import type { AccessEntry } from '@samresa/access-log'
import type { CallContext, Role } from '@samresa/kernel'
import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox'

/** A name or a word out of few, as an enumeration that readers of the OpenAPI document understand. */
export const Word = <const W extends readonly string[]>(words: W, options: { description?: string } = {}) =>
  Type.Unsafe<W[number]>({ type: 'string', enum: [...words], ...options })

/** What a handler is given: everything checked, who asks from a verified token. */
export interface HttpCall<P, Q, B> {
  params: P
  query: Q
  body: B
  context: CallContext
  /** At most 200 characters; for a route that is `idempotent`. */
  idempotencyKey?: string
  /** The entity tag without its quotes. */
  ifMatch?: string
}

export interface HttpAnswer {
  /** 200 by default. */
  status?: number
  body?: unknown
  headers?: Record<string, string>
  /** Further participants whose data this answer holds (found by the handler): each gets its access record before the answer goes out. */
  subjects?: readonly string[]
}

/** What a call concerns, before its body has been checked. */
export interface Concerning {
  params: Record<string, string>
  query: Record<string, unknown>
  body: unknown
  context: CallContext
}

/** What a route and a stream have in common. */
interface Described<P extends TObject, Q extends TObject> {
  /** `/v1/participants/:id`; parameters are UUIDs unless `params` says otherwise. A malformed one answers 404. */
  path: string
  /** Who may use this route at all; others get 403. */
  roles: readonly Role[]
  /** "svenska / English" */
  summary: string
  description: string
  params?: P
  query?: Q
  /**
   * Present: this reads or writes personal data of that participant. An access record is durable before the answer goes out, also for
   * denials. Called before validation when the role is wrong, so it must bear anything.
   */
  subject?: (concerning: Concerning) => string | undefined
}

type StringParams = TObject<TProperties>
// The defaults stand for "not given": nothing is known of the members then.
type ParamsOf<P extends TObject> = TObject<TProperties> extends P ? Record<string, string> : Static<P>
type QueryOf<Q extends TObject> = TObject<TProperties> extends Q ? Record<string, unknown> : Static<Q>

export interface RouteSpec<P extends TObject = StringParams, Q extends TObject = TObject<TProperties>, B extends TSchema = TSchema>
  extends Described<P, Q> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Closed when compiled: members that it does not name are refused. `Type.Optional` when the request may come without. */
  body?: B
  /** The schema of each successful answer by status; its `description` is the answer's. Members it does not name are left out. */
  answers: Record<number, TSchema>
  examples: { body?: unknown; answers?: Record<number, unknown> }
  /** The handler heeds the Idempotency-Key: the same key gives the first answer again. Only such a route is given one. */
  idempotent?: boolean
  /** 428 without an If-Match header. */
  requiresIfMatch?: boolean
  /** Bytes; the service's limit by default. */
  bodyLimit?: number
  handle(call: HttpCall<ParamsOf<P>, QueryOf<Q>, Static<B>>): Promise<HttpAnswer>
}

/** One server-sent event. */
export interface SentEvent {
  event: string
  id?: string
  /** Sent as JSON on one line. */
  data: unknown
}

/** The open end of a stream. */
export interface EventStream {
  /** Aborts when the stream ends, for whatever reason. */
  readonly signal: AbortSignal
  /** Resolves when there is room for the next one; rejects when the stream has ended. */
  send(event: SentEvent): Promise<void>
  /** The same for personal data: its access record is durable before the event is written. */
  deliver(event: SentEvent, access: Pick<AccessEntry, 'participantId' | 'deliveries'>): Promise<void>
}

export interface StreamSpec<P extends TObject = StringParams, Q extends TObject = TObject<TProperties>> extends Described<P, Q> {
  /** The names of the events that come, with what their data is. */
  events: Record<string, string>
  examples: { event?: SentEvent }
  /** Refuses by throwing RejectionError, before the stream begins; returns what runs then. The stream ends when that resolves. */
  handle(call: HttpCall<ParamsOf<P>, QueryOf<Q>, undefined> & { lastEventId?: string }): Promise<(stream: EventStream) => Promise<void>>
}
