import type { Leases } from '@samresa/store'

/** A time in which this process alone does the work. */
export interface Turn {
  /** Aborts when the turn is over or the process closes. */
  signal: AbortSignal
  /** Asked right before each effect: a process that was frozen notices here that its time has passed, before any timer runs. */
  isOver(): boolean
}

const ttlMs = 15_000
const renewMs = 5_000
/** Counted from before the lease was asked for, by this machine's monotonic clock: well before the store gives it to somebody else. */
const usableMs = 10_000

/** Does the work while this process holds the lease, and resolves without doing it while another does. Without leases the turn is endless. */
export async function inTurn(
  { leases, name, owner, closing }: { leases: Leases | undefined; name: string; owner: string; closing: AbortSignal },
  work: (turn: Turn) => Promise<void>,
): Promise<void> {
  if (leases === undefined) return work({ signal: closing, isOver: () => closing.aborted })
  let usableUntil = performance.now() + usableMs
  const taken = await leases.take(name, owner, ttlMs)
  if (taken === undefined) return
  const over = new AbortController()
  const isOver = () => closing.aborted || over.signal.aborted || performance.now() > usableUntil
  const renew = async () => {
    const asked = performance.now()
    const again = await leases.take(name, owner, ttlMs).catch(() => undefined)
    if (again?.epoch === taken.epoch && !isOver()) usableUntil = asked + usableMs
    else if (again !== undefined || isOver()) over.abort()
  }
  const renewing = setInterval(() => void renew(), renewMs)
  try {
    await work({ signal: AbortSignal.any([closing, over.signal]), isOver })
  } finally {
    clearInterval(renewing)
    // Who cannot be told finds out when the lease has run out.
    await leases.release(name, owner).catch(() => undefined)
  }
}
