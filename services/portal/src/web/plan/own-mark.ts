import type { Conflict } from '../api/model.ts'
import { isOpen } from './conflict-states.ts'
import { allDatesOf } from './occurrences.ts'
import { isClash } from './verdict.ts'

/** What a participant does with something that clashes: it is decided that they go there, or elsewhere, or nothing is decided yet. */
export type OwnMark = 'go' | 'wait' | 'undecided'

/** The mark of a measure on a date; undefined when nothing clashes there. */
export function ownMarkOf(measureId: string | undefined, date: string, conflicts: Conflict[]): OwnMark | undefined {
  const marks = conflicts
    .filter((conflict) => isOpen(conflict) && isClash(conflict))
    .filter((conflict) => measureId !== undefined && conflict.measures?.includes(measureId) && allDatesOf(conflict).includes(date))
    .map(({ untilDecided }): OwnMark => {
      if (untilDecided?.attend !== undefined) return untilDecided.attend === measureId ? 'go' : 'wait'
      return untilDecided?.nothingToDo === true ? 'wait' : 'undecided'
    })
  return (['wait', 'undecided', 'go'] as const).find((mark) => marks.includes(mark))
}

/** The first date from today on when something clashes and nothing is decided yet. */
export function firstUndecided(conflicts: Conflict[], today: string): string | undefined {
  return conflicts
    .filter((conflict) => isOpen(conflict) && isClash(conflict) && conflict.untilDecided === undefined)
    .flatMap(allDatesOf)
    .filter((date) => date >= today)
    .sort()[0]
}
