import type { Plan, PlanEvent } from './plan.ts'

export declare function evolve(plan: Plan, event: PlanEvent): Plan
