import type { DescMethod } from '@bufbuild/protobuf'
import type { SpanAttributes } from '@samresa/telemetry'

/** A method as gRPC writes it, without the leading slash. */
export const nameOf = (method: DescMethod): string => `${method.parent.typeName}/${method.name}`

/** What a span says about a call of the method. */
export const rpcAttributes = (method: DescMethod): SpanAttributes => ({
  'rpc.system': 'grpc',
  'rpc.service': method.parent.typeName,
  'rpc.method': method.name,
})
