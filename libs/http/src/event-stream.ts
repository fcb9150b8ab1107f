import type { ServerResponse } from 'node:http'
import { RejectionError, reject } from '@samresa/kernel'
import type { EventStream, SentEvent } from './route.ts'

export interface EventStreamLimits {
  /** How long a reader may leave a full buffer unread; 10 s by default. */
  patienceMs?: number
  /** How long a stream lives at most; 15 min by default, or until its token runs out. */
  maxAgeMs?: number
  /** Between two signs of life; 15 s by default. */
  heartbeatMs?: number
}

export const streamDraining = () => new RejectionError(reject('unavailable', 'DRAINING', 'draining'))
const expired = () => new RejectionError(reject('unauthenticated', 'TOKEN_EXPIRED', 'token expired'))
const stalled = () => new RejectionError(reject('too-many', 'STALLED', 'The reader did not read for too long.'))
export const readerGone = () => new RejectionError(reject('unavailable', 'READER_GONE', 'The reader has left.'))

/** The last event that tells a reader why its stream ended; a reader who does not read is not told. */
const farewells: Record<string, string> = { TOKEN_EXPIRED: 'expired', DRAINING: 'draining' }

const farewellPatienceMs = 1_000

/** A response, still connected, turned into a stream of server-sent events. Whatever ends it, `ended` resolves once the connection has gone. */
export interface OpenStream {
  stream: Pick<EventStream, 'signal' | 'send'>
  end(reason?: RejectionError): void
  ended: Promise<void>
}

export function openEventStream(response: ServerResponse, expiresAt: number, limits: EventStreamLimits): OpenStream {
  const ending = new AbortController()
  const { signal } = ending
  const age = setTimeout(() => end(expired()), Math.min(expiresAt - Date.now(), limits.maxAgeMs ?? 15 * 60_000))
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(':\n\n')
  }, limits.heartbeatMs ?? 15_000)

  const end = (reason?: RejectionError) => {
    if (signal.aborted) return
    ending.abort(reason ?? readerGone())
    clearTimeout(age)
    clearInterval(heartbeat)
    const farewell = reason === undefined ? undefined : farewells[reason.rejection.code]
    if (reason?.rejection.code === 'STALLED') response.destroy()
    else response.end(farewell === undefined ? undefined : text({ event: farewell, data: {} }))
    const cut = setTimeout(() => response.destroy(), farewellPatienceMs)
    response.once('close', () => clearTimeout(cut))
  }
  // A write that meets a connection just lost emits this; the close that follows says all there is to say.
  response.on('error', () => {})
  const ended = new Promise<void>((resolve) => {
    response.once('close', () => {
      end()
      resolve()
    })
  })

  const send = async (event: SentEvent): Promise<void> => {
    signal.throwIfAborted()
    if (response.write(text(event))) return
    await new Promise<void>((resolve, refuse) => {
      const patience = setTimeout(() => end(stalled()), limits.patienceMs ?? 10_000)
      const settle = () => {
        clearTimeout(patience)
        response.off('drain', settle)
        signal.removeEventListener('abort', settle)
        if (signal.aborted) refuse(signal.reason)
        else resolve()
      }
      response.once('drain', settle)
      signal.addEventListener('abort', settle)
    })
  }
  return { stream: { signal, send }, end, ended }
}

const oneLine = (word: string): string => word.replaceAll(/[\r\n\0]/g, ' ')

const text = ({ event, id, data }: SentEvent): string =>
  `event: ${oneLine(event)}\n${id === undefined ? '' : `id: ${oneLine(id)}\n`}data: ${JSON.stringify(data)}\n\n`
