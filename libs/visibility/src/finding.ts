/** Runs or single dates of a pair rule: when, never how many minutes are missing. */
const occurrenceKeys = ['day', 'date', 'start', 'end', 'first', 'last', 'count', 'leftOut'] as const

/** Weeks of the load rule: which, never how many hours. */
const weekKeys = ['week', 'firstWeek', 'lastWeek', 'count'] as const

/** What a rule found, as events (runs) and answers (dates, weeks) hold it. */
export interface FindingView {
  code?: string
  occurrences?: object[]
  weeks?: object[]
}

function pick(source: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(source).filter(([key]) => keys.includes(key)))
}

/** The weeks without hours and capacity. */
export const weeksWithoutFigures = (weeks: object[]): object[] => weeks.map((week) => pick(week, weekKeys))

/** When it clashes, and nothing that tells what with. */
export const maskedFinding = (finding: FindingView): FindingView => ({
  ...(finding.code === undefined ? {} : { code: finding.code }),
  ...(finding.occurrences === undefined ? {} : { occurrences: finding.occurrences.map((occurrence) => pick(occurrence, occurrenceKeys)) }),
  ...(finding.weeks === undefined ? {} : { weeks: weeksWithoutFigures(finding.weeks) }),
})

const maskedExplanations: Record<string, string> = {
  TIME_OVERLAP: 'Insatsen krockar med upptagen tid.',
  TRAVEL_TIME: 'Restiden mellan insatsen och upptagen tid räcker inte.',
  OVER_CAPACITY: 'Det blir fler timmar i veckan än vad som är möjligt.',
}

/** True for a rule whose words tell how far apart two places are: who may not know the places may not read them. */
export const tellsDistance = (code: string | undefined): boolean => code === 'TRAVEL_TIME'

/** Swedish words for a finding whose other measure, or whose figures, the reader may not see. */
export const maskedExplanation = (code: string | undefined): string => maskedExplanations[code ?? ''] ?? 'Planen krockar med upptagen tid.'
