import { create, type DescMethod, type DescService } from '@bufbuild/protobuf'
import { type CallContext, newId, RejectionError, reject, serviceActor } from '@samresa/kernel'
import { nameOf } from './method-name.ts'
import type { AnyHandler, AnyMessage, CallOptions, GrpcCall, Implementation } from './service-types.ts'

/** The services of one process, called without a network: no bytes, no token. Messages are handed over as they are: nobody changes one. */
export interface LocalServices {
  serve<S extends DescService>(desc: S, implementation: Implementation<S>): void
  /** The handler of a method; undefined while nobody serves it. */
  handlerOf(method: DescMethod): AnyHandler | undefined
}

export function createLocalServices(): LocalServices {
  const handlers = new Map<string, AnyHandler>()
  return {
    serve: (desc, implementation) => {
      for (const method of desc.methods) {
        handlers.set(nameOf(method), (implementation as Record<string, AnyHandler>)[method.localName]!)
      }
    },
    handlerOf: (method) => handlers.get(nameOf(method)),
  }
}

/** A refusal to be thrown when nobody serves the method (yet). */
const notServed = (method: DescMethod) =>
  new RejectionError(reject('unavailable', 'SERVICE_UNAVAILABLE', `Nothing answers ${nameOf(method)} at the moment. Try again.`))

const never = new AbortController().signal

const ownContext = (): CallContext => ({ actor: serviceActor('local'), purpose: 'planning', correlationId: newId() })

const callOf = (options: CallOptions | undefined, signal: AbortSignal): GrpcCall => ({
  context: options?.context ?? ownContext(),
  signal,
  deadline: options?.deadlineMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + options.deadlineMs,
  peer: 'local',
  opened: () => undefined,
})

/** Calls a unary method in the same process. */
export async function callLocally(
  services: LocalServices,
  method: DescMethod,
  request: AnyMessage,
  options?: CallOptions,
): Promise<AnyMessage> {
  const handler = services.handlerOf(method)
  if (handler === undefined) throw notServed(method)
  return create(method.output, await handler(create(method.input, request), callOf(options, options?.signal ?? never)))
}

/** Calls a streaming method in the same process: the handler's `send` resolves when the reader has taken the message. */
export async function* streamLocally(
  services: LocalServices,
  method: DescMethod,
  request: AnyMessage,
  options?: CallOptions,
): AsyncGenerator<AnyMessage> {
  const handler = services.handlerOf(method)
  if (handler === undefined) throw notServed(method)
  const stopped = new AbortController()
  const signal = options?.signal === undefined ? stopped.signal : AbortSignal.any([stopped.signal, options.signal])
  let wakeReader = () => {}
  const waiting: { message: AnyMessage; taken: () => void; dropped: (reason: unknown) => void }[] = []
  const send = (message: AnyMessage) =>
    new Promise<void>((taken, dropped) => {
      if (signal.aborted) return dropped(signal.reason)
      waiting.push({ message: create(method.output, message), taken, dropped })
      wakeReader()
    })
  let end: { error?: unknown } | undefined
  const finish = (result: { error?: unknown }) => {
    end ??= result
    wakeReader()
  }
  const leave = () => finish({ error: signal.reason })
  signal.addEventListener('abort', leave)
  handler(create(method.input, request), callOf(options, signal), send).then(
    () => finish({}),
    (error: unknown) => finish({ error }),
  )
  try {
    while (true) {
      const next = waiting.shift()
      if (next !== undefined) {
        try {
          yield next.message
        } finally {
          // Also when the reader leaves with it: it has it.
          next.taken()
        }
      } else if (end !== undefined) {
        if ('error' in end) throw end.error
        return
      } else {
        await new Promise<void>((resolve) => {
          wakeReader = resolve
        })
      }
    }
  } finally {
    signal.removeEventListener('abort', leave)
    stopped.abort(new RejectionError(reject('unavailable', 'READER_GONE', 'The reader has left the stream.')))
    for (const { dropped } of waiting) dropped(stopped.signal.reason)
  }
}
