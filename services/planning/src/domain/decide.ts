import type { Decision } from '@samresa/kernel'
import type { PlanCommand } from './commands.ts'
import type { Plan, PlanEvent } from './plan.ts'

export declare function decide(command: PlanCommand, plan: Plan): Decision<PlanEvent>
