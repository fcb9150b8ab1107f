import type { Move, Person, ScenarioMeasure } from './scenario-file.ts'

/** Something that happens after the plan is made. `path` is where it stands in the file. */
export type Happening =
  | { kind: 'report'; date: string; measure: ScenarioMeasure; path: string }
  | { kind: 'move'; date: string; move: Move; path: string }
  | { kind: 'withdrawal'; date: string; consent: number; path: string }

/** The happenings of one day for one person, in file order. */
export interface PersonsDay {
  person: number
  happenings: Happening[]
}

/** Days in order; on each day people in file order, and each person's reports before moves, as the file has them. */
export function timetableOf(people: Person[]): PersonsDay[][] {
  const all = people.flatMap((person, index) => happeningsOf(person, `people[${index}]`).map((happening) => ({ person: index, happening })))
  const days = Map.groupBy(all, ({ happening }) => happening.date)
  return [...days.keys()].sort().map((date) => {
    const byPerson = Map.groupBy(days.get(date)!, ({ person }) => person)
    return [...byPerson].map(([person, entries]) => ({ person, happenings: entries.map(({ happening }) => happening) }))
  })
}

function happeningsOf(person: Person, path: string): Happening[] {
  return [
    ...(person.participant.consents ?? []).flatMap(({ withdrawn }, consent) =>
      withdrawn === undefined
        ? []
        : [{ kind: 'withdrawal' as const, date: withdrawn, consent, path: `${path}.participant.consents[${consent}]` }],
    ),
    ...person.measures.flatMap((measure, index) =>
      measure.inPlan === false
        ? [{ kind: 'report' as const, date: measure.reportedOn ?? '', measure, path: `${path}.measures[${index}]` }]
        : [],
    ),
    ...person.steps.flatMap(({ at, move }, index) =>
      move === undefined ? [] : [{ kind: 'move' as const, date: at, move, path: `${path}.steps[${index}].move` }],
    ),
  ]
}
