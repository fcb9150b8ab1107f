import type { AccessRecord } from '../api/model.ts'
import { localTimeOf } from './calendar.ts'

/** All that one person read or was denied on one day, for one purpose. */
export interface VisitDay {
  actor: AccessRecord['actor']
  purpose: string
  decision: AccessRecord['decision']
  /** Local date. */
  date: string
  times: number
  /** Instant of the latest. */
  last: string
}

/** Access records by who, day, purpose and outcome; the latest first, as the records are. */
export function visitDaysOf(records: AccessRecord[]): VisitDay[] {
  const days = new Map<string, VisitDay>()
  for (const { actor, purpose, decision, at } of records) {
    const date = localTimeOf(at)?.date ?? at
    const key = JSON.stringify([actor.user, actor.role, actor.agency, purpose, decision, date])
    const day = days.get(key)
    if (day === undefined) days.set(key, { actor, purpose, decision, date, times: 1, last: at })
    else day.times += 1
  }
  return [...days.values()]
}
