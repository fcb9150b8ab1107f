import { type FoundConflict, rowsFrom } from './findings.ts'
import type { PlayedPerson } from './player.ts'

/** The result in words, for people; the same content as the JSON. */
export function reportOf(result: { people: PlayedPerson[]; events: number; seconds: number }, asExpected: boolean): string {
  const people = result.people.flatMap(({ participant, conflicts, afterMoves }) => [
    `${participant}`,
    ...linesOf(conflicts),
    ...(afterMoves === undefined ? [] : [`${participant} after the moves`, ...linesOf(afterMoves)]),
  ])
  const end = `${result.people.length} people, ${result.events} events, ${result.seconds} s: ${asExpected ? 'every finding is as expected' : 'the findings are not as expected'}`
  return `${[...people, end].join('\n')}\n`
}

function linesOf(conflicts: FoundConflict[]): string[] {
  if (conflicts.length === 0) return ['  nothing found']
  const others = conflicts.filter(({ occurrences, weeks }) => occurrences === undefined && weeks === undefined)
  return [
    ...rowsFrom(conflicts).map((row) =>
      row.week === undefined
        ? `  ${row.code} ${row.measures?.join(' + ')} ${row.day}: ${row.count} times, ${row.first} – ${row.last}`
        : `  ${row.code} ${row.week}: ${row.hours} of ${row.capacity} hours`,
    ),
    ...others.map(({ code, measures }) => `  ${code} ${(measures ?? []).join(' + ')}`),
  ]
}
