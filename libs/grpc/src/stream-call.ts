import type { DescMethod } from '@bufbuild/protobuf'
import { type handleServerStreamingCall, Metadata, type ServerWritableStream } from '@grpc/grpc-js'
import { RejectionError, reject, type StreamSlots } from '@samresa/kernel'
import type { CallGuard } from './call-guard.ts'
import type { AnyHandler, AnyMessage } from './service-types.ts'
import { parse } from './unary-call.ts'

export interface StreamLimits {
  /** How long a subscriber may leave a full buffer unread. */
  patienceMs: number
  /** How long a stream lives at most; the subscriber comes back with its cursor. */
  maxAgeMs: number
}

type Outgoing = ServerWritableStream<Buffer, AnyMessage>

/** Carries one server-streaming method. However it ends, the subscriber gets one status, after everything that was sent. */
export function serveStream(
  method: DescMethod,
  handler: AnyHandler,
  { guard, slots, limits }: { guard: CallGuard; slots: StreamSlots; limits: StreamLimits },
): handleServerStreamingCall<Buffer, AnyMessage> {
  return (call) => {
    run(call).then(
      () => call.end(),
      (error: unknown) => {
        const answer = guard.statusOf(error, method)
        if (!call.cancelled) call.emit('error', answer)
      },
    )
  }

  async function run(call: Outgoing): Promise<void> {
    const { context, expiresAt } = await guard.admit(call)
    const request = parse(method, call.request)
    const ending = new AbortController()
    const { signal } = ending
    // Its end came while the token was checked, and would not come again.
    if (call.cancelled) throw gone()
    // The slot is held until the stream has really gone: one that is not read keeps its buffer until then.
    const release = slots.take(context.actor.user, (reason) => ending.abort(reason))
    call.once('cancelled', () => {
      release()
      ending.abort(gone())
    })
    const age = setTimeout(() => ending.abort(tokenExpired()), Math.min(expiresAt - Date.now(), limits.maxAgeMs))
    try {
      // The end does not wait for the handler: it may be busy, and its next `send` tells it.
      await Promise.race([
        handler(
          request,
          {
            context,
            signal,
            deadline: Number(call.getDeadline()),
            peer: call.getPeer(),
            opened: () => call.sendMetadata(new Metadata()),
          },
          createSend(call, ending, limits.patienceMs),
        ),
        aborted(signal),
      ])
      // A handler that heeds the signal may return first.
      signal.throwIfAborted()
    } catch (error) {
      // A handler that stops because the stream has ended may say so in its own words; the reason is what counts.
      throw signal.aborted ? signal.reason : error
    } finally {
      clearTimeout(age)
      ending.abort(gone())
    }
  }
}

function createSend(call: Outgoing, ending: AbortController, patienceMs: number) {
  const { signal } = ending
  let resumeAt: string | undefined
  return async (message: AnyMessage, cursor?: string): Promise<void> => {
    signal.throwIfAborted()
    const room = call.write(message)
    if (cursor !== undefined) resumeAt = cursor
    if (room) return
    await new Promise<void>((resolve, refuse) => {
      const patience = setTimeout(() => ending.abort(stalled(resumeAt)), patienceMs)
      const settle = () => {
        clearTimeout(patience)
        call.off('drain', settle)
        signal.removeEventListener('abort', settle)
        if (signal.aborted) refuse(signal.reason)
        else resolve()
      }
      call.once('drain', settle)
      signal.addEventListener('abort', settle)
    })
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, refuse) => signal.addEventListener('abort', () => refuse(signal.reason), { once: true }))

const gone = () => new RejectionError(reject('unavailable', 'SUBSCRIBER_GONE', 'The subscriber has left.'))
const tokenExpired = () => new RejectionError(reject('unauthenticated', 'TOKEN_EXPIRED', 'token expired'))
const stalled = (resumeAt: string | undefined) =>
  new RejectionError(
    reject(
      'too-many',
      'STALLED',
      `You did not read for too long. Come back${resumeAt === undefined ? '.' : ` with the cursor ${resumeAt}`}`,
    ),
  )
