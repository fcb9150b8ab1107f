import { gateway } from '@samresa/contracts'
import type { Agency } from '@samresa/kernel'
import type { PlanChangePublisher } from '../application/plan-export.ts'
import type { PlanChange } from '../application/plan-subscription.ts'

/** Writes records to topics; `createPublisher` of libs/bus has this shape. */
export interface Publisher {
  /** Resolves when the broker has acknowledged the record; one that rejects may have been written all the same. */
  publish(topic: string, record: { key: string; headers: Record<string, string>; value: string }): Promise<void>
}

/** The topic that an agency reads, and no other agency. */
export const outwardTopic = (agency: Agency): string => `out.${agency.toLowerCase()}.plan.v1`

/** A masked measure does not tell its type: then it is a change of a plan and no more. */
const anyChange: string = gateway.SubscribePlanChangesResponseSchema.typeName

/** Plan changes as CloudEvents 1.0 in binary mode, one topic for each agency; the value is what the agency may see. */
export const plansToTopics = (publisher: Publisher): PlanChangePublisher => ({
  routeOf: outwardTopic,
  publish: (agency, change) =>
    publisher.publish(outwardTopic(agency), { key: change.participantId, headers: headersOf(change), value: change.payload }),
})

const headersOf = ({ cursor, eventId, type, participantId, correlationId, occurredAt }: PlanChange): Record<string, string> => ({
  ce_specversion: '1.0',
  ce_id: eventId,
  ce_type: type || anyChange,
  ce_source: 'agency-sync',
  ce_subject: participantId,
  ce_time: occurredAt,
  ...(correlationId !== '' && { ce_correlationid: correlationId }),
  // Where SubscribePlanChanges goes on from here.
  ce_cursor: cursor,
  'content-type': 'application/json',
})
