import type { Outbox } from '@samresa/store'
import { gauge } from '@samresa/telemetry'

/** Tells how much waits in the outbox and for how long. Returns the way to stop. */
export function tellOutbox(outbox: Pick<Outbox, 'pending'>): () => void {
  const stops = [
    gauge('samresa_outbox_pending', async () => [{ value: (await outbox.pending()).count, labels: {} }]),
    gauge('samresa_outbox_oldest_seconds', async () => [{ value: secondsSince((await outbox.pending()).oldestAt), labels: {} }]),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

const secondsSince = (at: string | undefined): number => (at === undefined ? 0 : Math.max(0, (Date.now() - Date.parse(at)) / 1000))
