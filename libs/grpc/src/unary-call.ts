import { type DescMethod, fromBinary } from '@bufbuild/protobuf'
import { type handleUnaryCall, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js'
import { RejectionError, reject } from '@samresa/kernel'
import { inSpan } from '@samresa/telemetry'
import type { CallGuard } from './call-guard.ts'
import { nameOf, rpcAttributes } from './method-name.ts'
import type { AnyHandler, AnyMessage, GrpcCall } from './service-types.ts'

/** Carries one unary method: guard, parse, handle, answer. */
export function serveUnary(method: DescMethod, handler: AnyHandler, guard: CallGuard): handleUnaryCall<Buffer, AnyMessage> {
  return (call, callback) => {
    const [traceparent] = call.metadata.get('traceparent')
    inSpan(nameOf(method), { kind: 'server', parent: traceparent?.toString(), attributes: rpcAttributes(method) }, () => run(call)).then(
      (answer) => callback(null, answer),
      (error: unknown) => fail(call, callback, error),
    )
  }

  async function run(call: ServerUnaryCall<Buffer, AnyMessage>): Promise<AnyMessage> {
    const { context } = await guard.admit(call)
    const deadline = Number(call.getDeadline())
    if (deadline === Number.POSITIVE_INFINITY) {
      throw new RejectionError(reject('invalid', 'DEADLINE_REQUIRED', 'Set a deadline: a call without one could wait for ever.'))
    }
    return handler(parse(method, call.request), unaryCall(call, context, deadline))
  }

  function fail(call: ServerUnaryCall<Buffer, AnyMessage>, callback: sendUnaryData<AnyMessage>, error: unknown): void {
    const answer = guard.statusOf(error, method)
    // Who cancelled or ran out of time has its status already.
    if (!call.cancelled) callback(answer)
  }
}

/** The request's message, or a refusal when the bytes are none. */
export function parse(method: DescMethod, bytes: Buffer): AnyMessage {
  try {
    return fromBinary(method.input, bytes)
  } catch (cause) {
    throw new RejectionError(reject('invalid', 'INVALID_MESSAGE', `The bytes are no ${method.input.typeName}.`), { cause })
  }
}

function unaryCall(call: ServerUnaryCall<Buffer, AnyMessage>, context: GrpcCall['context'], deadline: number): GrpcCall {
  let signal: AbortSignal | undefined
  return {
    context,
    deadline,
    opened: () => undefined,
    get peer() {
      return call.getPeer()
    },
    // Made when asked for: most handlers never do, and a signal costs more than the rest of this object.
    get signal() {
      signal ??= signalOf(call)
      return signal
    },
  }
}

function signalOf(call: ServerUnaryCall<Buffer, AnyMessage>): AbortSignal {
  const controller = new AbortController()
  const abort = () => controller.abort(new RejectionError(reject('unavailable', status[status.CANCELLED], 'The caller has gone.')))
  if (call.cancelled) abort()
  else call.once('cancelled', abort)
  return controller.signal
}
