import type { Actor } from '@samresa/kernel'
import type { AccessFacts, Party } from './facts.ts'
import { type FindingView, maskedExplanation, maskedFinding, tellsDistance, weeksWithoutFigures } from './finding.ts'
import { hidesPlace, seesCapacity, viewOfParties } from './party.ts'

/** A conflict as it is answered, in any of our shapes: found dates at the top or under `finding`, explanation as text or by language. */
export interface ConflictView extends FindingView {
  id?: string
  conflictId?: string
  state?: string
  parties: readonly Party[]
  /** Measure ids. */
  measures?: string[]
  measureIds?: string[]
  finding?: FindingView
  explanation?: string | { sv: string }
  untilDecided?: unknown
  detectedAt?: string
}

/** A conflict with something the reader may not see. `masked` tells it apart from a whole one. */
export type MaskedConflict = Partial<Omit<ConflictView, 'parties'>> & { masked: true }

const explained = (conflict: ConflictView): Pick<ConflictView, 'explanation'> => {
  if (conflict.explanation === undefined) return {}
  const text = maskedExplanation(conflict.code ?? conflict.finding?.code)
  return { explanation: typeof conflict.explanation === 'string' ? text : { sv: text } }
}

/** The words of a load tell its figures too, whether its weeks are told or not. */
function withoutFigures<C extends ConflictView>(conflict: C): C {
  const { finding, weeks } = conflict
  const code = conflict.code ?? finding?.code
  if (code !== 'OVER_CAPACITY' && (weeks ?? finding?.weeks ?? []).length === 0) return conflict
  return {
    ...conflict,
    ...(weeks === undefined ? {} : { weeks: weeksWithoutFigures(weeks) }),
    ...(finding?.weeks === undefined ? {} : { finding: { ...finding, weeks: weeksWithoutFigures(finding.weeks) } }),
    ...explained(conflict),
  }
}

/** The minutes between two places tell where the hidden one may be. */
const withoutDistance = <C extends ConflictView>(conflict: C): C => ({ ...conflict, ...explained(conflict) })

/** What to do meanwhile, without the free text: it may name what the reader must not see. */
function maskedUntilDecided(untilDecided: unknown, whole: readonly string[]): { untilDecided?: unknown } {
  if (typeof untilDecided !== 'object' || untilDecided === null) return {}
  const { attend, nothingToDo } = untilDecided as { attend?: string; nothingToDo?: boolean }
  const kept = { ...(attend !== undefined && whole.includes(attend) ? { attend } : {}), ...(nothingToDo === true ? { nothingToDo } : {}) }
  return Object.keys(kept).length === 0 ? {} : { untilDecided: kept }
}

function masked(conflict: ConflictView, whole: readonly string[]): MaskedConflict {
  const { id, conflictId, code, state, detectedAt, measures, measureIds, finding } = conflict
  const mine = (ids: string[]) => ids.filter((measureId) => whole.includes(measureId))
  return {
    ...(id === undefined ? {} : { id }),
    ...(conflictId === undefined ? {} : { conflictId }),
    ...(code === undefined ? {} : { code }),
    ...(state === undefined ? {} : { state }),
    ...(detectedAt === undefined ? {} : { detectedAt }),
    ...(measures === undefined ? {} : { measures: mine(measures) }),
    ...(measureIds === undefined ? {} : { measureIds: mine(measureIds) }),
    ...maskedFinding(conflict),
    ...(finding === undefined ? {} : { finding: maskedFinding(finding) }),
    ...explained(conflict),
    ...maskedUntilDecided(conflict.untilDecided, whole),
    masked: true,
  }
}

function withoutTexts<C extends ConflictView>(conflict: C): C {
  const { untilDecided, ...rest } = conflict
  const open = rest as unknown as C
  if (typeof untilDecided !== 'object' || untilDecided === null) return open
  const { text: _text, ...kept } = untilDecided as { text?: string }
  return { ...open, untilDecided: kept }
}

/** The conflict as the actor may see it; undefined when no measure of it may be seen whole. A whole one keeps its shape. */
export function conflictFor<C extends ConflictView>(
  actor: Actor,
  facts: AccessFacts,
  conflict: C,
  today: string,
): (C & { masked: false }) | MaskedConflict | undefined {
  const { view, whole } = viewOfParties(actor, facts, conflict.parties, today)
  const placed = hidesPlace(actor, facts) && tellsDistance(conflict.code ?? conflict.finding?.code) ? withoutDistance(conflict) : conflict
  switch (view) {
    case 'hidden':
      return undefined
    case 'masked':
      return masked(conflict, whole)
    case 'sealed':
      return { ...withoutTexts(placed), masked: false }
    case 'whole':
      return { ...(seesCapacity(actor, facts, today) ? placed : withoutFigures(placed)), masked: false }
  }
}
