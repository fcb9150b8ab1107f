import type { Leases } from '@samresa/store'

const ttlMs = 10_000
const renewAfterMs = ttlMs / 3
/** Work stops this long before the lease runs out: what was begun last should have ended by then. */
const marginMs = 2000

/**
 * A lease as its holder sees it, by the monotonic clock: a process that was frozen knows at once that its time is over. `owner` names the
 * process, so that one that was started anew takes over at once.
 */
export function createHeldLease({ leases, name, owner }: { leases: Leases; name: string; owner: string }) {
  let held: { epoch: number; since: number } | undefined

  return {
    name,
    /** The epoch under which we may work at this moment; undefined when we may not. */
    epoch: (): number | undefined => (held !== undefined && performance.now() - held.since < ttlMs - marginMs ? held.epoch : undefined),
    /** Takes or renews the lease when it is time to. Rejects when the store does not answer. */
    async keep(): Promise<void> {
      const now = performance.now()
      if (held !== undefined && now - held.since < renewAfterMs) return
      const taken = await leases.take(name, owner, ttlMs)
      // Counted from before the question: the store's clock began later.
      held = taken === undefined ? undefined : { epoch: taken.epoch, since: now }
    },
    /** Somebody newer is at work. */
    lose() {
      held = undefined
    },
    async release(): Promise<void> {
      held = undefined
      await leases.release(name, owner)
    },
  }
}

export type HeldLease = ReturnType<typeof createHeldLease>
