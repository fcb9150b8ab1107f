import { type FieldFault, isAgency, agencies as known } from '@samresa/kernel'

const unknown = `Name one of ${known.join(', ')}.`

/** What is wrong with a list of agencies: it must name some, all of them known. */
export function agencyFaults(agencies: string[], pointer: string): FieldFault[] {
  if (agencies.length === 0) return [{ pointer, detail: 'Name at least one agency.' }]
  return agencies.flatMap((agency, index) => (isAgency(agency) ? [] : [{ pointer: `${pointer}/${index}`, detail: unknown }]))
}
