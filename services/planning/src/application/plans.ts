import type { Directory } from '@samresa/directory'
import { type BusinessClock, type CallContext, idFrom, notFound, RejectionError, timestamp } from '@samresa/kernel'
import type { Seal } from '@samresa/seal'
import { type CommitStore, createRecentlyUsed, createStreamHandler, type StreamHead } from '@samresa/store'
import { isOutcomeOf } from '../domain/outcome.ts'
import { type Plan, type PlanCommand, type PlanContext, type PlanEvent, planDecider } from '../domain/plan.ts'
import type { Region } from '../domain/region.ts'
import { countConflicts } from './conflict-count.ts'

/** A command as callers give it: the context is filled in here. */
export type PlanRequest = PlanCommand extends infer Command ? (Command extends PlanCommand ? Omit<Command, 'context'> : never) : never

export interface LoadedPlan {
  plan: Plan
  head: StreamHead
}

export interface Plans {
  load(participantId: string): Promise<LoadedPlan>
  /**
   * Decides and commits. Rejects with RejectionError when the rules refuse, and when the commandId was used for something else. A command
   * repeated under its id is answered with its first events.
   */
  execute(
    participantId: string,
    request: PlanRequest,
    call: CallContext & { commandId: string },
  ): Promise<LoadedPlan & { events: PlanEvent[] }>
}

export interface PlansOptions {
  commits: CommitStore
  seal: Seal
  directory: Directory
  region: Region
  businessClock: BusinessClock
}

const openedInMemory = 20_000

export const planStream = (participantId: string): string => `plan-${participantId}`

/** The plans of all participants: each one stream, opened with the capacity that journey knows when it is first needed. */
export function createPlans({ commits, seal, directory, region, businessClock }: PlansOptions): Plans {
  const handler = createStreamHandler<Plan, PlanCommand, PlanEvent>({
    commits,
    decider: planDecider,
    streamOf: planStream,
    seal: seal.sealEvent,
    open: seal.openEvent,
    time: (event) => event.data.occurredAt ?? timestamp(businessClock.now()),
    isOutcomeOf,
  })
  const contextOf = (participantId: string): PlanContext => ({
    participantId,
    region,
    now: timestamp(businessClock.now()),
    today: businessClock.today().toString(),
  })

  /** A plan once opened stays so. */
  const opened = createRecentlyUsed<true>(openedInMemory)

  async function load(participantId: string): Promise<LoadedPlan> {
    const { state, head } = await handler.load(participantId)
    return { plan: state, head }
  }

  async function decideAndCommit(participantId: string, request: PlanRequest, call: CallContext & { commandId: string }) {
    const done = await handler.execute(participantId, { ...request, context: contextOf(participantId) } as PlanCommand, call)
    if (done.outcome === 'rejected') throw new RejectionError(done.rejection)
    if (!done.repeated) countConflicts(done.events)
    return { plan: done.state, head: done.head, events: done.events }
  }

  async function open(participantId: string, call: CallContext): Promise<void> {
    const facts = await directory.find({ participantId })
    if (facts === undefined) throw new RejectionError(notFound())
    const capacity = facts.capacity.map(({ from, to, hoursPerWeek }) => ({ from, hoursPerWeek, ...(to !== '' && { to }) }))
    await decideAndCommit(participantId, { type: 'OpenPlan', capacity }, { ...call, commandId: idFrom('open-plan', participantId) })
  }

  return {
    load,
    async execute(participantId, request, call) {
      if (!opened.get(participantId)) {
        const { plan } = await load(participantId)
        if (!plan.opened) await open(participantId, call)
        opened.set(participantId, true)
      }
      return decideAndCommit(participantId, request, call)
    },
  }
}
