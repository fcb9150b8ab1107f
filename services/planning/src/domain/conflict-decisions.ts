import { type Decision, notFound, type Rejection, reject } from '@samresa/kernel'
import type { AcceptAsIs, AcknowledgeConflict, PlanContext, SetUntilDecided } from './commands.ts'
import type { Plan, PlanEvent } from './plan.ts'
import { isOpen, supersedeProposals } from './recheck.ts'

type InContext<Command> = Command & { context: PlanContext }

const longestText = 500

/** Someone has seen it. Seeing it again, or after it has moved on, changes nothing. */
export function acknowledgeConflict({ conflictId, by, context }: InContext<AcknowledgeConflict>, plan: Plan): Decision<PlanEvent> {
  const conflict = plan.conflicts.get(conflictId)
  if (conflict === undefined) return { rejection: notFound() }
  if (conflict.state !== 'DETECTED') return { events: [] }
  const data = { conflictId, parties: conflict.parties, by, occurredAt: context.now }
  return { events: [{ type: 'samresa.planning.v1.ConflictAcknowledged', data }] }
}

/** The conflict's owner, or AME who convenes, says what the participant shall do meanwhile. */
export function setUntilDecided(command: InContext<SetUntilDecided>, plan: Plan): Decision<PlanEvent> {
  const { conflictId, text, attend, nothingToDo = false, by, context } = command
  const conflict = plan.conflicts.get(conflictId)
  if (conflict === undefined || (by !== conflict.owner && by !== 'AME')) return { rejection: notFound() }
  if (!isOpen(conflict)) return { rejection: conflictClosed() }
  const faulty = refuseText(text, '/text')
  if (faulty !== undefined) return { rejection: faulty }
  // Whoever sees the conflict sees its measures, and may not see others: a measure that the conflict is not about must not be named in it.
  if (attend && !conflict.parties.some(({ measureId }) => measureId === attend))
    return { rejection: invalid('/attend', 'The measure to attend is one of those that the conflict is about.') }
  if (attend && nothingToDo) return { rejection: invalid('/nothingToDo', 'There is either a measure to attend or nothing to do.') }
  const { untilDecided } = conflict
  if (untilDecided?.text === text && untilDecided.attend === (attend || undefined) && untilDecided.nothingToDo === nothingToDo)
    return { events: [] }
  const data = { conflictId, parties: conflict.parties, text, ...(attend ? { attend } : {}), nothingToDo, by, occurredAt: context.now }
  return { events: [{ type: 'samresa.planning.v1.UntilDecidedSet', data }] }
}

/** AME lives with it, and says why. For a deviation this agrees to the measure and its times. */
export function acceptAsIs({ conflictId, reason, by, context }: InContext<AcceptAsIs>, plan: Plan): Decision<PlanEvent> {
  const conflict = plan.conflicts.get(conflictId)
  if (conflict === undefined || by !== 'AME') return { rejection: notFound() }
  if (!isOpen(conflict)) return { rejection: conflictClosed() }
  const faulty = refuseText(reason, '/reason')
  if (faulty !== undefined) return { rejection: faulty }
  const superseded = supersedeProposals(plan, context.now, (proposal) => proposal.conflictId === conflictId)
  const data = { conflictId, parties: conflict.parties, reason, by, occurredAt: context.now }
  return { events: [...superseded, { type: 'samresa.planning.v1.ConflictAcceptedAsIs', data }] }
}

export const conflictClosed = (): Rejection =>
  reject('conflict', 'CONFLICT_CLOSED', 'The conflict is closed; nothing is left to decide about it.')

export const invalid = (pointer: string, detail: string): Rejection => reject('invalid', 'INVALID_FIELD', detail, [{ pointer, detail }])

/** Refuses a text that is empty or longer than 500 characters. */
export function refuseText(text: string, pointer: string): Rejection | undefined {
  if (text.trim() === '') return invalid(pointer, 'A text is required.')
  return text.length > longestText ? invalid(pointer, `The text is longer than ${longestText} characters.`) : undefined
}
