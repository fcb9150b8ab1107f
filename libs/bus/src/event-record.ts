import type { Commit } from '@samresa/store'
import type { EventRecord } from './event-bus.ts'

/** The events of a commit as consumers get them. `source` is the service that wrote it. */
export function recordsOf(source: string, commit: Commit): EventRecord[] {
  const { stream, firstVer, seq, hash, correlationId, causationId, traceparent, at, actor, events } = commit
  const caused = causationId === undefined ? {} : { causationId }
  const traced = traceparent === undefined ? {} : { traceparent }
  return events.map(({ id, type, subject, time, data }, index) => ({
    id,
    type,
    source,
    subject,
    time,
    stream,
    version: firstVer + index,
    correlationId,
    ...caused,
    ...traced,
    at,
    actor: actor.user,
    data,
    commit: { seq, hash, last: index === events.length - 1 },
  }))
}
