import { create, type DescMethod, type DescService, toBinary } from '@bufbuild/protobuf'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { TokenVerifier } from '@samresa/identity'
import { createStreamSlots, RejectionError, type Role, reject } from '@samresa/kernel'
import type { Logger } from '@samresa/telemetry'
import { createCallGuard } from './call-guard.ts'
import type { AnyHandler, AnyMessage, Implementation } from './service-types.ts'
import { serveStream } from './stream-call.ts'
import { serveUnary } from './unary-call.ts'

export interface GrpcLimits {
  /** Bytes of a request; 64 KiB by default. */
  maxRequestBytes?: number
  /** Streams a client may hold; 5 by default. */
  streamsPerClient?: number
  /** How long a subscriber may leave a full buffer unread; 10 s by default. */
  patienceMs?: number
  /** How long a stream lives at most; 15 min by default, or until its token runs out. */
  maxStreamAgeMs?: number
}

export interface GrpcServerOptions {
  verifier: TokenVerifier
  logger: Logger
  /** Who may call at all, decided after the token is checked; everybody with a token when left out. */
  roles?: readonly Role[]
  /** PEM. Connections are encrypted with it; without it they are not, which is for loopback. */
  tls?: { cert: Buffer; key: Buffer }
  limits?: GrpcLimits
}

/** A gRPC server whose every call needs a token. */
export interface GrpcServer {
  serve<S extends DescService>(desc: S, implementation: Implementation<S>): void
  /** Resolves with the port; rejects when the address is taken. Port 0 is any free one. */
  listen(host: string, port: number): Promise<number>
  /** Ends the streams (UNAVAILABLE "draining"), waits for the calls at hand, and cuts what is left after `deadlineMs`. */
  close(deadlineMs?: number): Promise<void>
}

export function createGrpcServer({ verifier, logger, roles, tls, limits = {} }: GrpcServerOptions): GrpcServer {
  const server = new Server({
    'grpc.max_receive_message_length': limits.maxRequestBytes ?? 64 * 1024,
    'grpc.max_concurrent_streams': 100,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.enable_channelz': 0,
  })
  const guard = createCallGuard(verifier, logger, roles)
  const slots = createStreamSlots(limits.streamsPerClient ?? 5)
  const streamLimits = { patienceMs: limits.patienceMs ?? 10_000, maxAgeMs: limits.maxStreamAgeMs ?? 15 * 60_000 }

  return {
    serve: (desc, implementation) => {
      const handlers = implementation as Record<string, AnyHandler>
      for (const method of desc.methods) {
        const handler = handlers[method.localName]!
        const path = `/${desc.typeName}/${method.name}`
        if (method.methodKind === 'unary') server.register(path, serveUnary(method, handler, guard), serialize(method), asBytes, 'unary')
        else if (method.methodKind === 'server_streaming') {
          server.register(
            path,
            serveStream(method, handler, { guard, slots, limits: streamLimits }),
            serialize(method),
            asBytes,
            'serverStream',
          )
        } else throw new Error(`${path}: streams from the client are not carried`)
      }
    },
    listen: (host, port) =>
      new Promise((resolve, refuse) => {
        server.bindAsync(`${host}:${port}`, credentialsOf(tls), (error, bound) => (error === null ? resolve(bound) : refuse(error)))
      }),
    close: async (deadlineMs = 5_000) => {
      slots.endAll(new RejectionError(reject('unavailable', 'DRAINING', 'draining')))
      await new Promise<void>((resolve) => {
        const force = setTimeout(() => server.forceShutdown(), deadlineMs)
        server.tryShutdown(() => {
          clearTimeout(force)
          resolve()
        })
      })
    },
  }
}

// Bytes are parsed behind the token check, and bytes that are no message are the caller's fault: grpc-js would call it INTERNAL.
const asBytes = (bytes: Buffer): Buffer => bytes

const credentialsOf = (tls: GrpcServerOptions['tls']): ServerCredentials =>
  tls === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(null, [{ cert_chain: tls.cert, private_key: tls.key }])

const serialize = (method: DescMethod) => (message: AnyMessage) => {
  const bytes = toBinary(method.output, create(method.output, message))
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
