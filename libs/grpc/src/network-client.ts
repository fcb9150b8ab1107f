import { create, type DescMethod, fromBinary, toBinary } from '@bufbuild/protobuf'
import { ChannelCredentials, Client, Metadata, type ServiceError } from '@grpc/grpc-js'
import { RejectionError, reject } from '@samresa/kernel'
import { inSpan, traceparentFrom } from '@samresa/telemetry'
import type { Link } from './client.ts'
import { nameOf, rpcAttributes } from './method-name.ts'
import { correlationKey, purposeKey } from './own-metadata.ts'
import { rejectionFrom } from './rejection-status.ts'
import type { AnyMessage, CallOptions } from './service-types.ts'

/** A service at an address (`host:port`). */
export interface NetworkTarget {
  address: string
  credentials: {
    /** The access token for the next call. */
    token(): string | Promise<string>
    /** PEM of the authority that signed the server's certificate: the connection is encrypted. Without it, it is not: for loopback. */
    ca?: Buffer
  }
  /**
   * Another of our own services, asked in this one's name. That it refuses our token is no fault of whoever made us ask, and passes with the
   * outage behind it: it counts as unavailable.
   */
  inner?: boolean
}

const defaultDeadlineMs = 5_000

const isOfToken = ({ rejection: { kind } }: RejectionError): boolean => kind === 'unauthenticated' || kind === 'forbidden'
const tokenRefused = () => reject('unavailable', 'SERVICE_TOKEN_REFUSED', 'What this takes cannot be asked for right now. Try again.')

/** Calls over HTTP/2; a lost connection is taken up again by itself. Every refusal comes back as RejectionError. */
export function connect({ address, credentials: { token, ca }, inner = false }: NetworkTarget): Link {
  const client = new Client(address, ca === undefined ? ChannelCredentials.createInsecure() : ChannelCredentials.createSsl(ca), {
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.keepalive_permit_without_calls': 1,
    // The library's own waits grow to two minutes: a service that has come back would look gone for as long.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2_000,
  })

  const metadataOf = async (options: CallOptions | undefined) => {
    const metadata = new Metadata()
    metadata.set('authorization', `Bearer ${await token()}`)
    const context = options?.context
    metadata.set('traceparent', traceparentFrom(context?.traceparent))
    if (context === undefined) return metadata
    metadata.set(correlationKey, context.correlationId)
    metadata.set(purposeKey, context.purpose)
    return metadata
  }
  const refusalFrom = (error: ServiceError): RejectionError => {
    const refusal = rejectionFrom(error)
    return inner && isOfToken(refusal) ? new RejectionError(tokenRefused(), { cause: refusal }) : refusal
  }
  const pathOf = (method: DescMethod) => `/${nameOf(method)}`
  const serialize = (method: DescMethod) => (message: AnyMessage) => Buffer.from(toBinary(method.input, create(method.input, message)))
  const deserialize = (method: DescMethod) => (bytes: Buffer) => fromBinary(method.output, bytes) as unknown as AnyMessage

  async function unary(method: DescMethod, request: AnyMessage, options: CallOptions | undefined): Promise<AnyMessage> {
    const metadata = await metadataOf(options)
    options?.signal?.throwIfAborted()
    return new Promise((resolve, refuse) => {
      const deadline = Date.now() + (options?.deadlineMs ?? defaultDeadlineMs)
      const call = client.makeUnaryRequest(
        pathOf(method),
        serialize(method),
        deserialize(method),
        request,
        metadata,
        { deadline },
        (error, reply) => {
          options?.signal?.removeEventListener('abort', cancel)
          if (error !== null) refuse(refusalFrom(error))
          else resolve(reply!)
        },
      )
      const cancel = () => call.cancel()
      options?.signal?.addEventListener('abort', cancel)
    })
  }

  return {
    // A call out of no trace begins none that is recorded: work in the background would else fill the traces.
    call: (method, request, options) =>
      inSpan(
        nameOf(method),
        { kind: 'client', parent: traceparentFrom(options?.context?.traceparent), attributes: rpcAttributes(method) },
        () => unary(method, request, options),
      ),
    stream: async function* (method, request, options) {
      const metadata = await metadataOf(options)
      options?.signal?.throwIfAborted()
      const deadline = options?.deadlineMs === undefined ? {} : { deadline: Date.now() + options.deadlineMs }
      const call = client.makeServerStreamRequest(pathOf(method), serialize(method), deserialize(method), request, metadata, deadline)
      const cancel = () => call.cancel()
      options?.signal?.addEventListener('abort', cancel)
      try {
        for await (const message of call) yield message
      } catch (error) {
        throw refusalFrom(error as ServiceError)
      } finally {
        options?.signal?.removeEventListener('abort', cancel)
        call.cancel()
      }
    },
    close: () => client.close(),
  }
}
