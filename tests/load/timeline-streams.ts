import { setTimeout as pause } from 'node:timers/promises'
import { readEvents } from '../product/event-source.ts'
import type { Product } from '../product/instance.ts'
import { waitUntil } from '../product/wait-until.ts'

const againAfterMs = 100

/**
 * Follows a timeline as this user; `arrived` is told the correlation of each measure that an agency decided. Resolves when the stream is
 * open. A stream that is cut off is taken up where it was, as a page does.
 */
export async function followTimeline(
  product: Product,
  user: string,
  participantId: string,
  arrived: (correlationId: string, at: number) => void,
) {
  const abort = new AbortController()
  let last: string | undefined
  const open = async () => {
    const answer = await fetch(`${product.ready.services.journey}/v1/participants/${participantId}/timeline/stream`, {
      headers: {
        authorization: `Bearer ${await product.tokenOf(user)}`,
        'samresa-purpose': user === 'auditor' ? 'audit' : 'planning',
        accept: 'text/event-stream',
        ...(last !== undefined && { 'last-event-id': last }),
      },
      signal: abort.signal,
    })
    // A user holds five streams; those of the run before are let go of when the server has seen that they are closed.
    return answer.status === 429 ? undefined : answer
  }
  const read = async (body: ReadableStream<Uint8Array>) => {
    for await (const { id, data } of readEvents(body)) {
      const at = performance.now()
      last = id ?? last
      const item = JSON.parse(data) as { type?: string; correlationId?: string }
      if (item.type === 'samresa.planning.v1.AgencyMeasureRecorded' && item.correlationId !== undefined) arrived(item.correlationId, at)
    }
  }
  const follow = async (first: ReadableStream<Uint8Array>) => {
    let body: ReadableStream<Uint8Array> | null = first
    while (!abort.signal.aborted) {
      try {
        if (body !== null) await read(body)
        await pause(againAfterMs)
        const answer = await open()
        body = answer?.ok ? answer.body : null
      } catch {
        body = null
      }
    }
  }
  const response = await waitUntil('a place for one more stream', open)
  if (!response.ok || response.body === null) throw new Error(`the timeline stream was answered with ${response.status} for ${user}`)
  void follow(response.body)
  return { close: () => abort.abort() }
}
