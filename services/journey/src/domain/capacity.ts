import type { FieldFault } from '@samresa/kernel'
import { type Period, periodFaults } from './period.ts'

/** How many hours a week the participant is able to take part, from day to day. */
export interface CapacityPeriod extends Period {
  hoursPerWeek: number
}

const hoursOfWeek = 168

/** What is wrong with the capacity rows. */
export const capacityFaults = (periods: CapacityPeriod[], pointer: string): FieldFault[] =>
  periods.flatMap((period, index) => [
    ...periodFaults(period, `${pointer}/${index}`),
    ...(period.hoursPerWeek >= 0 && period.hoursPerWeek <= hoursOfWeek
      ? []
      : [{ pointer: `${pointer}/${index}/hoursPerWeek`, detail: 'Give hours a week between 0 and 168.' }]),
  ])
