import type { Health, Readiness } from '@samresa/http'
import { type ClosingStep, closeInOrder } from '@samresa/kernel'
import type { Logger } from '@samresa/telemetry'

/** One thing that a process depends on, as whoever runs the process may be told. */
export interface Part {
  /** `true`, or why it cannot be used at the moment: a constant text. Must not reject. */
  ready?(): true | string | Promise<true | string>
  /** Not live: it will not come back in this process. */
  health?(): { live: boolean; reason?: string }
  close?(): Promise<unknown>
}

/** The life of one process: what it is made of, how it is, and its end. */
export interface Lifecycle {
  health: Health
  /** Adds what has been opened; it is closed before everything that was added earlier. */
  add(name: string, part: Part): void
  /**
   * Opens something outside that may not be there yet: tries again until it is, for as long as the process lives. Meanwhile the process is
   * not ready.
   */
  obtain<T>(name: string, open: () => Promise<T>): Promise<T>
  /** Not ready from now on; closes everything from the last added to the first, and ends the process. Once. */
  end(exitCode: number): Promise<void>
}

export interface LifecycleOptions {
  logger: Logger
  exit(code: number): void
  /** For all parts together; whoever sends SIGTERM waits ten seconds. */
  closeWithinMs?: number
  /** Between two tries to obtain something. */
  retryMs?: number
  /** Between two looks at whether every part is live. */
  watchMs?: number
}

const notYet = 'not reachable yet'

export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const { logger, exit, closeWithinMs = 9_000, retryMs = 1_000, watchMs = 1_000 } = options
  const parts: [name: string, part: Part][] = []
  const awaited = new Set<string>()
  let draining = false
  let ending: Promise<void> | undefined

  const dead = (): { name: string; reason: string } | undefined => {
    for (const [name, { health }] of parts) {
      const { live, reason = 'no reason given' } = health?.() ?? { live: true }
      if (!live) return { name, reason }
    }
    return undefined
  }

  const ready = async (): Promise<Readiness> => {
    const states = parts
      .flatMap(([name, { ready }]) => (ready === undefined ? [] : [[name, ready] as const]))
      .map(async ([name, ready]) => [name, await ready()] as const)
    return {
      process: !draining || 'draining',
      ...Object.fromEntries([...awaited].map((name) => [name, notYet])),
      ...Object.fromEntries(await Promise.all(states)),
    }
  }

  const end = (exitCode: number): Promise<void> => {
    ending ??= (async () => {
      draining = true
      clearInterval(watch)
      const steps = parts.toReversed().flatMap(([name, { close }]): ClosingStep[] => (close === undefined ? [] : [[name, close]]))
      const leftUndone = (name: string, error: unknown) => logger.error({ component: name, err: error }, 'Left unfinished at the end')
      await closeInOrder(steps, { withinMs: closeWithinMs, leftUndone })
      exit(exitCode)
    })()
    return ending
  }

  const watch = setInterval(() => {
    const found = dead()
    if (found === undefined) return
    logger.error({ component: found.name, kind: found.reason }, 'A part of the process is dead: ending, so that a new process takes over')
    void end(1)
  }, watchMs)

  return {
    health: { ready, live: () => dead() === undefined },
    add: (name, part) => {
      // What arrives while the process ends is closed at once: nobody else would.
      if (draining) void part.close?.().catch(() => undefined)
      else parts.push([name, part])
    },
    obtain: async (name, open) => {
      awaited.add(name)
      for (let attempt = 1; ; attempt++) {
        try {
          const opened = await open()
          awaited.delete(name)
          return opened
        } catch (error) {
          // Every try while it is new, then about once a minute.
          if (attempt <= 3 || attempt % 60 === 0) logger.warn({ component: name, attempt, err: error }, 'Not reachable yet, trying again')
          await new Promise((resolve) => setTimeout(resolve, retryMs))
        }
      }
    },
    end,
  }
}
