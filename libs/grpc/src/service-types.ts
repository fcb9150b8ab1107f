import type {
  DescMessage,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf'
import type { CallContext } from '@samresa/kernel'

/** What a handler knows of a call besides its request. */
export interface GrpcCall {
  context: CallContext
  /** Aborts when the caller has gone, the deadline has passed, the token has run out or the server closes. */
  readonly signal: AbortSignal
  /** Milliseconds since the epoch; Infinity for a stream without one. */
  deadline: number
  /** Address of the caller; `local` in the same process. */
  peer: string
  /** For streams: tells the caller that it stands, even while there is nothing to send. What happens from then on will be sent. */
  opened(): void
}

/**
 * Hands a message to the subscriber and resolves when there is room for the next one; rejects when the stream has ended, and then the
 * handler has nothing more to do. `resumeAt` is the cursor after this message: a subscriber that does not read is told where to resume.
 */
export type Send<O extends DescMessage> = (message: MessageInitShape<O>, resumeAt?: string) => Promise<void>

type Handler<M> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, call: GrpcCall) => Promise<MessageInitShape<O>>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, call: GrpcCall, send: Send<O>) => Promise<void>
      : never

/** The handlers of a service, by method in camelCase. They refuse by throwing RejectionError. */
export type Implementation<S extends DescService> = { [K in keyof S['method']]: Handler<S['method'][K]> }

/** How a call is made. */
export interface CallOptions {
  /** For what: correlation, purpose and trace travel. On whose behalf is told in the same process only; over a network the token says it. */
  context?: CallContext
  /** 5,000 by default for unary calls; streams have none. */
  deadlineMs?: number
  signal?: AbortSignal
}

type ClientMethod<M> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: CallOptions) => Promise<MessageShape<O>>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageInitShape<I>, options?: CallOptions) => AsyncIterable<MessageShape<O>>
      : never

/** The methods of a service, by name in camelCase. They reject with RejectionError. */
export type GrpcClient<S extends DescService> = { [K in keyof S['method']]: ClientMethod<S['method'][K]> }

/** A handler whatever its messages: how calls are carried does not depend on them. */
// biome-ignore lint/suspicious/noExplicitAny: the messages differ by method; Implementation checks them where a service is registered
export type AnyHandler = (request: any, call: GrpcCall, send?: (message: any, resumeAt?: string) => Promise<void>) => Promise<any>

/** Any message before its type is known. */
export type AnyMessage = Record<string, unknown>
