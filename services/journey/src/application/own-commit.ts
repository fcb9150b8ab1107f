import { RejectionError, reject } from '@samresa/kernel'
import type { Execution } from '@samresa/store'
import type { Participant, ParticipantEvent } from '../domain/participant.ts'

type Done = Extract<Execution<Participant, ParticipantEvent>, { outcome: 'done' }>

/**
 * The execution, when it is of this very command. A repeated key gives the first answer; the same key for another person or another kind
 * of command would give an answer about something else, and is refused.
 */
export function ensureOwnCommit(
  execution: Execution<Participant, ParticipantEvent>,
  participantId: string,
  type: ParticipantEvent['type'],
): Done {
  if (execution.outcome === 'rejected') throw new RejectionError(execution.rejection)
  const first = execution.commit?.events[0]
  if (first === undefined || (first.subject === participantId && first.type === type)) return execution
  throw new RejectionError(
    reject('conflict', 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for something else. Send a new one.'),
  )
}
