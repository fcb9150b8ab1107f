import type { gateway, planning } from '@samresa/contracts'
import type { Static } from 'typebox'
import type { MeasureBody } from './measure.schemas.ts'
import type { ChangeBody } from './plan.schemas.ts'

/** The measure of the contract: int64 as text. */
export function measureFromBody({ version, ...measure }: MeasureBody): gateway.MeasureJson {
  return { ...measure, ...(version !== undefined && { version: String(version) }) } as gateway.MeasureJson
}

export function changeFromBody({ measure, ...change }: Static<typeof ChangeBody>): planning.PlanChangeJson {
  return { ...change, ...(measure !== undefined && { measure: measureFromBody(measure) }) } as planning.PlanChangeJson
}
