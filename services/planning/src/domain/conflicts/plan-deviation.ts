import type { PlannedMeasure } from '../plan.ts'
import { scheduleKey } from '../schedule.ts'

/** Another agency's measure with times that the plan has not agreed to: unknown to the plan, or other than agreed. */
export const planDeviation = (measure: PlannedMeasure): boolean =>
  measure.owner !== 'AME' && measure.agreedSchedule !== scheduleKey(measure.measure)
