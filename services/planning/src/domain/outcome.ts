import type { PlanCommand, PlanEvent } from './plan.ts'

type Named = { measureId?: string; conflictId?: string; proposalId?: string }

/** The event that each command comes to besides what follows from it, and what both are about. */
const outcomes = {
  OpenPlan: { type: 'PlanOpened', about: undefined },
  AddMeasure: { type: 'MeasureAdded', about: 'measureId' },
  ChangeMeasure: { type: 'MeasureChanged', about: 'measureId' },
  RecordAgencyMeasure: { type: 'AgencyMeasureRecorded', about: 'measureId' },
  AcknowledgeConflict: { type: 'ConflictAcknowledged', about: 'conflictId' },
  SetUntilDecided: { type: 'UntilDecidedSet', about: 'conflictId' },
  SendProposal: { type: 'ProposalSent', about: 'conflictId' },
  AnswerProposal: { type: 'ProposalAnswered', about: 'proposalId' },
  AcceptAsIs: { type: 'ConflictAcceptedAsIs', about: 'conflictId' },
} as const satisfies Record<PlanCommand['type'], { type: string; about: keyof Named | undefined }>

/** True when the events are what such a command comes to: the same kind of decision about the same measure, conflict or proposal. */
export function isOutcomeOf(command: PlanCommand, events: readonly PlanEvent[]): boolean {
  const { type, about } = outcomes[command.type]
  return events.some(
    (event) =>
      event.type === `samresa.planning.v1.${type}` && (about === undefined || (event.data as Named)[about] === (command as Named)[about]),
  )
}
