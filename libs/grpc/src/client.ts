import type { DescMethod, DescService } from '@bufbuild/protobuf'
import { callLocally, type LocalServices, streamLocally } from './local-services.ts'
import { nameOf } from './method-name.ts'
import { connect, type NetworkTarget } from './network-client.ts'
import type { AnyMessage, CallOptions, GrpcClient } from './service-types.ts'

/** Where a service is: in this process, or at an address. */
export type GrpcTarget = LocalServices | NetworkTarget

/** A client with the service's own types, the same for both targets. `close` it when the target is an address. */
export function createGrpcClient<S extends DescService>(desc: S, target: GrpcTarget): GrpcClient<S> & { close(): void } {
  const link = isLocal(target) ? localLink(target) : connect(target)
  const client: Record<string, unknown> = { close: link.close }
  for (const method of desc.methods) {
    if (method.methodKind === 'unary')
      client[method.localName] = (request: AnyMessage, options?: CallOptions) => link.call(method, request, options)
    else if (method.methodKind === 'server_streaming')
      client[method.localName] = (request: AnyMessage, options?: CallOptions) => link.stream(method, request, options)
    else throw new Error(`${nameOf(method)}: streams from the client are not carried`)
  }
  return client as GrpcClient<S> & { close(): void }
}

/** True for a target in this process: what it answers is never older than the call. */
export const isLocal = (target: GrpcTarget): target is LocalServices => 'handlerOf' in target

/** How calls travel. */
export interface Link {
  call(method: DescMethod, request: AnyMessage, options?: CallOptions): Promise<AnyMessage>
  stream(method: DescMethod, request: AnyMessage, options?: CallOptions): AsyncIterable<AnyMessage>
  close(): void
}

const localLink = (services: LocalServices): Link => ({
  call: (method, request, options) => callLocally(services, method, request, options),
  stream: (method, request, options) => streamLocally(services, method, request, options),
  close: () => {},
})
