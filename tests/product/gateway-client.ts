import { once } from 'node:events'
import type { DescMessage, DescMethod, MessageShape } from '@bufbuild/protobuf'
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { type CallOptions, Client, type ClientReadableStream, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { gateway as contract } from '@samresa/contracts'

const { methods, typeName } = contract.AgencyGatewayService
const methodOf = (name: string): DescMethod => methods.find((method) => method.name === name)!
const pathOf = (name: string) => `/${typeName}/${name}`

export interface CallLimits {
  /** undefined: no deadline at all, which the product refuses. */
  deadlineMs?: number | undefined
  token?: string | undefined
  /** W3C trace context that the call goes on with. */
  traceparent?: string
}

/** A stream of plan changes being read: messages as they come, and how it ended. */
export interface Subscription extends AsyncIterable<contract.SubscribePlanChangesResponse> {
  /** Stops and starts reading from the socket. */
  pause(): void
  resume(): void
  cancel(): void
  /** The error that ended the stream; undefined when it ended by itself or was cancelled here. */
  ended: Promise<ServiceError | undefined>
}

export interface Gateway {
  reportMeasure(request: MessageInitShape<typeof contract.ReportMeasureRequestSchema>, limits?: CallLimits): Promise<contract.Receipt>
  respondToProposal(
    request: MessageInitShape<typeof contract.RespondToProposalRequestSchema>,
    limits?: CallLimits,
  ): Promise<contract.Receipt>
  getPlan(participantId: string, limits?: CallLimits): Promise<contract.GetPlanResponse>
  subscribe(cursor: string, limits?: CallLimits): Promise<Subscription>
  /** Any bytes to any method: what a broken client would send. */
  sendBytes(method: string, bytes: Uint8Array, limits?: CallLimits): Promise<Buffer>
  close(): void
}

const usualDeadlineMs = 20_000

/** The agencies' gRPC service over plaintext HTTP/2. Rejects with grpc-js's ServiceError. */
export function createGateway(address: string, tokenOf: () => Promise<string | undefined>): Gateway {
  // A connection of its own: what one client does to its connection is nothing to another.
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    // The library's own waits grow to two minutes; the README tells agencies to do the same.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2_000,
  })

  const streams = new Set<ClientReadableStream<contract.SubscribePlanChangesResponse>>()

  async function metadataFrom(limits: CallLimits): Promise<Metadata> {
    const metadata = new Metadata()
    const token = 'token' in limits ? limits.token : await tokenOf()
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`)
    if (limits.traceparent !== undefined) metadata.set('traceparent', limits.traceparent)
    return metadata
  }
  const optionsFrom = (limits: CallLimits): CallOptions => {
    const deadlineMs = 'deadlineMs' in limits ? limits.deadlineMs : usualDeadlineMs
    return deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs }
  }

  async function sendBytes(method: string, bytes: Uint8Array, limits: CallLimits = {}): Promise<Buffer> {
    const metadata = await metadataFrom(limits)
    return new Promise((resolve, reject) => {
      const asIs = (buffer: Buffer) => buffer
      client.makeUnaryRequest(pathOf(method), asIs, asIs, Buffer.from(bytes), metadata, optionsFrom(limits), (error, answer) =>
        error ? reject(error) : resolve(answer ?? Buffer.alloc(0)),
      )
    })
  }

  async function unary<I extends DescMessage, O extends DescMessage>(
    name: string,
    input: I,
    output: O,
    request: MessageInitShape<I>,
    limits: CallLimits = {},
  ): Promise<MessageShape<O>> {
    return fromBinary(output, await sendBytes(name, toBinary(input, create(input, request)), limits))
  }

  return {
    reportMeasure: async (request, limits) =>
      receiptOf(await unary('ReportMeasure', contract.ReportMeasureRequestSchema, contract.ReportMeasureResponseSchema, request, limits)),
    respondToProposal: async (request, limits) =>
      receiptOf(
        await unary(
          'RespondToProposal',
          contract.RespondToProposalRequestSchema,
          contract.RespondToProposalResponseSchema,
          request,
          limits,
        ),
      ),
    getPlan: (participantId, limits) =>
      unary('GetPlan', contract.GetPlanRequestSchema, contract.GetPlanResponseSchema, { participantId }, limits),
    async subscribe(cursor, limits = {}) {
      const { input, output } = methodOf('SubscribePlanChanges') as DescMethod & {
        input: typeof contract.SubscribePlanChangesRequestSchema
        output: typeof contract.SubscribePlanChangesResponseSchema
      }
      const metadata = await metadataFrom(limits)
      const options = optionsFrom({ deadlineMs: undefined, ...limits })
      const stream = client.makeServerStreamRequest(
        pathOf('SubscribePlanChanges'),
        (request: MessageInitShape<typeof input>) => Buffer.from(toBinary(input, create(input, request))),
        (bytes: Buffer) => fromBinary(output, bytes),
        { cursor },
        metadata,
        options,
      )
      streams.add(stream)
      stream.once('close', () => streams.delete(stream))
      const subscription = subscriptionFrom(stream)
      // From here on it misses nothing; a refused one has ended.
      await Promise.race([once(stream, 'metadata'), subscription.ended])
      return subscription
    },
    sendBytes,
    close: () => {
      // A stream left open would keep the connection, and this process, for as long as its token lasts.
      for (const stream of streams) stream.cancel()
      client.close()
    },
  }
}

function receiptOf(response: { receipt?: contract.Receipt | undefined }): contract.Receipt {
  if (response.receipt === undefined) throw new Error('the answer carries no receipt')
  return response.receipt
}

const cancelled = 1

function subscriptionFrom(stream: ClientReadableStream<contract.SubscribePlanChangesResponse>): Subscription {
  const ended = new Promise<ServiceError | undefined>((resolve) => {
    stream.once('error', (error) => resolve((error as ServiceError).code === cancelled ? undefined : (error as ServiceError)))
    stream.once('end', () => resolve(undefined))
  })
  return {
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    cancel: () => stream.cancel(),
    ended,
    async *[Symbol.asyncIterator]() {
      try {
        for await (const message of stream) yield message as contract.SubscribePlanChangesResponse
      } catch (error) {
        if ((error as ServiceError).code !== cancelled) throw error
      }
    },
  }
}
