import { setTimeout as pause } from 'node:timers/promises'
import type { Consumer, EventBus } from '@samresa/bus'
import type { DocumentStore } from '@samresa/store'
import type { Logger } from '@samresa/telemetry'
import type { Evidence } from '../../application/evidence.ts'
import { type Witness, witnessedServices } from '../../application/witness.ts'

/**
 * Evidence may come a moment after the fact, and its disk is shared with those who must not wait: a pause after a batch of few events turns
 * many small witness commits into few large ones.
 */
const gatherMs = 100
const fewEvents = 200
const againAfterMs = 500

/** Hears every service, this one's own accesses too: each commit is witnessed, then traces and access records are kept. */
export function consumeEveryService({
  bus,
  documents,
  witness,
  evidence,
  logger,
}: {
  bus: EventBus
  documents: DocumentStore
  witness: Witness
  evidence: Evidence
  logger: Logger
}): Promise<Consumer> {
  return bus.subscribe({
    name: 'evidence-v1',
    sources: [...witnessedServices],
    accesses: true,
    handle: async (batch) => {
      try {
        await witness.record(batch)
        await documents.write(evidence.rowsFor(batch), 'disposable')
        if (batch.length < fewEvents) await pause(gatherMs)
        return batch.map(() => 'done')
      } catch (error) {
        logger.error({ err: error }, 'Evidence could not be kept, it is tried again')
        return batch.map(() => ({ retryAfterMs: againAfterMs }))
      }
    },
  })
}
