import type { Decision } from '@samresa/kernel'
import type { PlanCommand } from './commands.ts'
import { acceptAsIs, acknowledgeConflict, setUntilDecided } from './conflict-decisions.ts'
import { addMeasure, changeMeasure, openPlan, recordAgencyMeasure } from './measure-decisions.ts'
import type { Plan, PlanEvent } from './plan.ts'
import { answerProposal, sendProposal } from './proposal-decisions.ts'

/** What follows from a command. A clash never refuses a measure, ours or theirs: a conflict follows. */
export function decide(command: PlanCommand, plan: Plan): Decision<PlanEvent> {
  switch (command.type) {
    case 'OpenPlan':
      return openPlan(command, plan)
    case 'AddMeasure':
      return addMeasure(command, plan)
    case 'ChangeMeasure':
      return changeMeasure(command, plan)
    case 'RecordAgencyMeasure':
      return recordAgencyMeasure(command, plan)
    case 'AcknowledgeConflict':
      return acknowledgeConflict(command, plan)
    case 'SetUntilDecided':
      return setUntilDecided(command, plan)
    case 'SendProposal':
      return sendProposal(command, plan)
    case 'AnswerProposal':
      return answerProposal(command, plan)
    case 'AcceptAsIs':
      return acceptAsIs(command, plan)
  }
}
