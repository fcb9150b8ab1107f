/** What to close, by the name it is told under. */
export type ClosingStep = readonly [name: string, close: () => Promise<unknown>]

export interface ClosingOptions {
  /** For all steps together, milliseconds. */
  withinMs: number
  /** Told of each step that failed or did not end in time; it may still be running then. */
  leftUndone(name: string, error: unknown): void
}

/** What a step gets though the time is over: enough for one that has nothing to wait for. */
const leastMs = 100

/** Carries out every step, one after the other. Never rejects: what is stuck or fails must not keep the rest open. */
export async function closeInOrder(steps: readonly ClosingStep[], { withinMs, leftUndone }: ClosingOptions): Promise<void> {
  const deadline = performance.now() + withinMs
  for (const [name, close] of steps) {
    try {
      await endedWithin(close, Math.max(deadline - performance.now(), leastMs))
    } catch (error) {
      leftUndone(name, error)
    }
  }
}

async function endedWithin(close: () => Promise<unknown>, ms: number): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`not ended after ${Math.round(ms)} ms`)), ms)
  try {
    await Promise.race([close(), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
