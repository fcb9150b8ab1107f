import { readEvents } from '../product/event-source.ts'
import type { Product } from '../product/instance.ts'
import { waitUntil } from '../product/wait-until.ts'

/** Follows a timeline as this user; `arrived` is told the correlation of each measure that an agency decided. Resolves when the stream is open. */
export async function followTimeline(
  product: Product,
  user: string,
  participantId: string,
  arrived: (correlationId: string, at: number) => void,
) {
  const abort = new AbortController()
  const open = async () => {
    const answer = await fetch(`${product.ready.services.journey}/v1/participants/${participantId}/timeline/stream`, {
      headers: {
        authorization: `Bearer ${await product.tokenOf(user)}`,
        'samresa-purpose': user === 'auditor' ? 'audit' : 'planning',
        accept: 'text/event-stream',
      },
      signal: abort.signal,
    })
    // A user holds five streams; those of the run before are let go of when the server has seen that they are closed.
    return answer.status === 429 ? undefined : answer
  }
  const response = await waitUntil('a place for one more stream', open)
  if (!response.ok || response.body === null) throw new Error(`the timeline stream was answered with ${response.status} for ${user}`)
  void read(response.body, arrived)
  return { close: () => abort.abort() }
}

async function read(body: ReadableStream<Uint8Array>, arrived: (correlationId: string, at: number) => void): Promise<void> {
  try {
    for await (const { data } of readEvents(body)) {
      const at = performance.now()
      const item = JSON.parse(data) as { type?: string; correlationId?: string }
      if (item.type === 'samresa.planning.v1.AgencyMeasureRecorded' && item.correlationId !== undefined) arrived(item.correlationId, at)
    }
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error
  }
}
