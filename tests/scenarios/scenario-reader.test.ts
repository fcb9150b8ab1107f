import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readScenario } from './scenario-reader.ts'
import { timetableOf } from './timetable.ts'

const granlunda = readFileSync(new URL('./granlunda.json', import.meta.url), 'utf8')

/** Granlunda with the first place where `before` stands changed. */
const changed = (before: string, after: string): string => {
  expect(granlunda).toContain(before)
  return granlunda.replace(before, after)
}

test('the file of Granlunda is a scenario, from its earliest date on', () => {
  const { scenario, firstDate, unknown } = readScenario(granlunda)
  expect(scenario.people.map(({ participant }) => participant.id)).toEqual(['P1', 'P2', 'P3', 'P4'])
  expect(firstDate).toBe('2025-11-03')
  expect(unknown).toEqual([])
})

test.each([
  ['a text that is not JSON', '{"region":', /^this is not JSON: /],
  ['a missing field', changed('"id": "M1.1",', ''), /^people\[0\]\.measures\[0\]\.id \(line 184\) is missing$/],
  [
    'a mistyped field',
    changed('"defaultTravelMinutes": 30', '"defaultTravelMinutes": "30"'),
    /^region\.defaultTravelMinutes \(line 128\) must be a number of at least 0, not "30"$/,
  ],
  [
    'a date that does not exist',
    changed('"from": "2026-02-09"', '"from": "2026-02-30"'),
    /^people\[0\]\.measures\[0\]\.from \(line \d+\) must be a date/,
  ],
  ['an unknown agency', changed('"owner": "VUX"', '"owner": "SKV"'), /^people\[0\]\.measures\[0\]\.owner \(line \d+\) must be one of AME/],
  ['an end before the start', changed('"end": "11:45"', '"end": "08:00"'), /weekly\[0\]\.end \(line \d+\) must be later than start/],
  [
    'a last day before the first',
    changed('"to": "2026-12-18"', '"to": "2026-01-18"'),
    /measures\[0\]\.to \(line \d+\) must not be before from/,
  ],
  [
    'an impossible personal number',
    changed('199104172383', '199104172384'),
    /participant\.personalNumber \(line \d+\) is no possible personal number/,
  ],
  [
    'rows of one measure that overlap',
    changed('"days": [\n        "TH"\n       ],\n       "start": "13:00"', '"days": [\n        "TU"\n       ],\n       "start": "11:59"'),
    /measures\[3\]\.weekly\[1\] \(line \d+\) overlaps another row/,
  ],
  [
    'the same measure id twice',
    changed('"id": "M1.2"', '"id": "M1.1"'),
    /measures\[1\]\.id \(line \d+\) "M1\.1" stands already at people\[0\]\.measures\[0\]\.id/,
  ],
  [
    'a report without its date',
    changed('"inPlan": false,\n     "reportedOn": "2026-04-07"', '"inPlan": false'),
    /measures\[3\]\.reportedOn \(line \d+\) is missing/,
  ],
  [
    "a report after the person's first move",
    changed('"reportedOn": "2026-04-07"', '"reportedOn": "2026-04-25"'),
    /reportedOn \(line \d+\) is after this person's first move/,
  ],
  [
    'a move of a measure that the person has not',
    changed('"measure": "M1.4"', '"measure": "M2.1"'),
    /steps\[1\]\.move\.measure \(line \d+\) names no measure of this person/,
  ],
])('refuses %s, with its path and line', (_, text, message) => {
  expect(() => readScenario(text)).toThrow(message)
})

test('an unknown field is named once and ignored', () => {
  expect(readScenario(granlunda.replaceAll('"swedish"', '"hobby"')).unknown).toEqual([
    'people[0].participant.hobby (line 140) is unknown and ignored, with 3 more like it',
  ])
})

test('reports and moves of all people come by date, then in file order', () => {
  const days = timetableOf(readScenario(changed('"at": "2026-04-24"', '"at": "2026-05-20"')).scenario.people)
  const told = days.map((day) =>
    day.map(({ person, happenings }) => `${happenings[0]?.date} P${person + 1} ${happenings.map(({ kind }) => kind).join(' ')}`),
  )
  expect(told.slice(-3)).toEqual([['2026-05-12 P2 move'], ['2026-05-20 P1 move', '2026-05-20 P4 move move'], ['2026-08-20 P3 report']])
})
