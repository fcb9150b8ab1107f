import { setTimeout as pause } from 'node:timers/promises'
import { type Agency, type CallContext, newId, RejectionError, reject } from '@samresa/kernel'
import type { Leases } from '@samresa/store'
import type { Logger } from '@samresa/telemetry'
import type { FeedCursors } from './feed-cursor.ts'
import { inTurn, type Turn } from './lease-turn.ts'
import type { PlanChange, Subscription } from './plan-subscription.ts'

/** Takes plan changes to where an agency fetches them. */
export interface PlanChangePublisher {
  /** The route that access records name. */
  routeOf(agency: Agency): string
  /** Resolves when the change is there for good. */
  publish(agency: Agency, change: PlanChange): Promise<void>
}

/** How far each agency's export has come, as positions in the feed. */
export interface ExportProgress {
  /** 0 when nothing has been exported. */
  of(agency: Agency): Promise<number>
  /** False when the export stands elsewhere: another process is at it. Durable. */
  advance(agency: Agency, from: number, to: number): Promise<boolean>
}

export interface PlanExportDependencies {
  subscribe(subscription: Subscription): Promise<void>
  cursors: FeedCursors
  publisher: PlanChangePublisher
  progress: ExportProgress
  /** Left out where no other process exports. */
  leases?: Leases
  /** Names this process. */
  owner: string
  logger: Logger
}

/** How often a process that has no turn asks for one. */
const turnPauseMs = 2_000
const firstPauseMs = 500
const longestPauseMs = 30_000

const turnIsOver = () => new RejectionError(reject('unavailable', 'EXPORTED_ELSEWHERE', 'Another process exports for this agency now.'))

/**
 * Delivers plan changes to agencies that fetch them elsewhere: the same subscription as theirs over gRPC, so with visibility decided and
 * access recorded at delivery. At least once, in order; one process at a time for each agency. One that was frozen and wakes up may send the
 * one change again that it was at.
 */
export function createPlanExport({ subscribe, cursors, publisher, progress, leases, owner, logger }: PlanExportDependencies) {
  async function deliver(agency: Agency, { signal, isOver }: Turn): Promise<void> {
    let position = await progress.of(agency)
    const context: CallContext = {
      actor: { user: `export:${agency}`, role: 'agency-system', agency },
      purpose: 'planning',
      correlationId: newId(),
    }
    await subscribe({
      agency,
      cursor: position === 0 ? 'begin' : cursors.write(agency, position),
      context,
      route: publisher.routeOf(agency),
      signal,
      opened: () => undefined,
      send: async (change) => {
        if (isOver()) throw turnIsOver()
        await publisher.publish(agency, change)
        const reached = cursors.read(agency, change.cursor)!
        if (!(await progress.advance(agency, position, reached))) throw turnIsOver()
        position = reached
      },
    })
  }

  async function keepDelivering(agency: Agency, closing: AbortSignal): Promise<void> {
    let pauseMs = firstPauseMs
    while (!closing.aborted) {
      const begun = performance.now()
      try {
        await inTurn({ leases, name: `plan-export-${agency}`, owner, closing }, (turn) => deliver(agency, turn))
        pauseMs = turnPauseMs
      } catch (error) {
        logger.error({ err: error, agency }, 'Plan changes could not be exported, it is tried again')
        pauseMs = performance.now() - begun > longestPauseMs ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs)
      }
      await pause(pauseMs, undefined, { signal: closing }).catch(() => undefined)
    }
  }

  /** Exports to these agencies until it is closed; closing waits for the change at hand. */
  return (agencies: readonly Agency[]): { close(): Promise<void> } => {
    const closing = new AbortController()
    const running = agencies.map((agency) => keepDelivering(agency, closing.signal))
    return {
      close: async () => {
        closing.abort()
        await Promise.all(running)
      },
    }
  }
}
