import type { gateway } from '@samresa/contracts'
import { type Agency, type CallContext, measureIdFrom, notFound, RejectionError, reject, speakerOf } from '@samresa/kernel'
import type { CommitStore } from '@samresa/store'
import type { PlanEvent } from '../domain/plan.ts'
import type { Plans } from './plans.ts'
import type { FindReader } from './readers.ts'

type Call = CallContext & { commandId: string }

/** A measure as it was written, and the plan's version after it. */
export interface WrittenMeasure {
  measureId: string
  version: string | undefined
  planVersion: number
}

export interface ChangeMeasures {
  /** Rejects with RejectionError when the rules refuse, and for the measure of an agency that is not among the participant's. */
  enter(participantId: string, entry: { owner: Agency; measure: gateway.MeasureJson; agreed: boolean }, call: Call): Promise<WrittenMeasure>
  /** `planVersion` is that of the plan which the change was made from, or `*` for whichever it is; another one is STALE. */
  change(
    participantId: string,
    edit: { measureId: string; measure: gateway.MeasureJson; planVersion: string },
    call: Call,
  ): Promise<WrittenMeasure>
}

/** What AME's caseworkers do to the measures of a plan. */
export function createChangeMeasures({
  plans,
  commits,
  findReader,
}: {
  plans: Plans
  commits: Pick<CommitStore, 'findCommit'>
  findReader: FindReader
}): ChangeMeasures {
  return {
    async enter(participantId, { owner, measure, agreed }, call) {
      const { facts } = await findReader(call.actor, participantId)
      // Those AME speaks for need no place of their own among the agencies; the others would neither see nor answer for what is entered.
      if (speakerOf(owner) === owner && !facts.agencies.includes(owner)) throw new RejectionError(notAmongAgencies(owner))
      const measureId = measureIdFrom(participantId, owner, measure.ref ?? '')
      const { events, head } = await plans.execute(participantId, { type: 'AddMeasure', measureId, owner, measure, agreed }, call)
      return { measureId, version: writtenVersion(events), planVersion: head.version }
    },

    async change(participantId, { measureId, measure, planVersion }, call) {
      await findReader(call.actor, participantId)
      const { plan, head } = await plans.load(participantId)
      const planned = plan.measures.get(measureId)
      if (planned === undefined) throw new RejectionError(notFound())
      // A repeated call carries the version of before its own change; it is answered as the first one was.
      if (planVersion !== '*' && planVersion !== String(head.version) && (await commits.findCommit(call.commandId)) === undefined) {
        throw new RejectionError(reject('stale', 'STALE', 'The plan has changed since you read it: read it again and repeat your change.'))
      }
      const done = await plans.execute(participantId, { type: 'ChangeMeasure', measureId, measure, expectedVersion: planned.version }, call)
      return { measureId, version: writtenVersion(done.events), planVersion: done.head.version }
    },
  }
}

/** As the decision wrote it, also when an earlier call under the same id made the decision. */
function writtenVersion(events: readonly PlanEvent[]): string | undefined {
  for (const event of events) {
    if (event.type === 'samresa.planning.v1.MeasureAdded' || event.type === 'samresa.planning.v1.MeasureChanged')
      return event.data.measure?.version
  }
  return undefined
}

function notAmongAgencies(owner: Agency) {
  const detail = `${owner} is not among the participant's agencies.`
  return reject('invalid', 'INVALID_FIELD', detail, [{ pointer: '/owner', detail }])
}
