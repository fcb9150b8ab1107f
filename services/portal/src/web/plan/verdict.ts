import type { Finding, Preview } from '../api/model.ts'

/**
 * What a preview comes to: `caused` a new problem; `unsolved`; `others-clash`, solved while other clashes of times stay; `open`, solved and
 * free of clashes while something that is no clash stays; `clean`, nothing stays.
 */
export type Verdict = 'caused' | 'unsolved' | 'others-clash' | 'open' | 'clean'

const clashCodes = ['TIME_OVERLAP', 'TRAVEL_TIME']

/** True for a finding about hours of the day that do not go together, which a person cannot live with for a single day. */
export const isClash = ({ code }: Pick<Finding, 'code'>): boolean => clashCodes.includes(code)

/** The effect of changes on the conflict that they are meant to solve, and on the rest of the plan. */
export function verdictOf({ caused, cured, remaining }: Pick<Preview, 'caused' | 'cured' | 'remaining'>, conflictId: string): Verdict {
  if (caused.length > 0) return 'caused'
  if (!cured.includes(conflictId)) return 'unsolved'
  if (remaining.some(isClash)) return 'others-clash'
  return remaining.length > 0 ? 'open' : 'clean'
}
