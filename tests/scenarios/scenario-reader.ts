import type { Findings } from './field-checks.ts'
import { scenarioFormat } from './file-format.ts'
import { linesOf } from './json-lines.ts'
import type { Person, Scenario } from './scenario-file.ts'

/** What makes a file no scenario: one line per fault, each with JSON path and line. */
export class ScenarioFault extends Error {
  override name = 'ScenarioFault'
}

export interface ReadScenario {
  scenario: Scenario
  /** The earliest date of the file: the day the plan is made. */
  firstDate: string
  /** One line per unknown field that is ignored. */
  unknown: string[]
  /** "people[0].participant.name (line 12)" */
  locate(path: string): string
}

const mostFaultsTold = 20

/** Reads and checks the text of a scenario file. Throws ScenarioFault. */
export function readScenario(text: string): ReadScenario {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new ScenarioFault(`this is not JSON: ${(cause as Error).message}`, { cause })
  }
  const findings: Findings = { faults: [], unknown: [], dates: [] }
  scenarioFormat(content, '', findings)
  let lines: Map<string, number> | undefined
  const locate = (path: string) => {
    lines ??= linesOf(text)
    return `${path === '' ? 'the file' : path} (line ${lineOf(lines, path)})`
  }
  if (findings.faults.length > 0) {
    const told = findings.faults.slice(0, mostFaultsTold).map(({ path, message }) => `${locate(path)} ${message}`)
    const more = findings.faults.length - told.length
    throw new ScenarioFault([...told, ...(more > 0 ? [`and ${more} more faults`] : [])].join('\n'))
  }
  const people = (content as { people: (Omit<Person, 'steps'> & { steps?: Person['steps'] })[] }).people
  return {
    scenario: { people: people.map((person) => ({ ...person, steps: person.steps ?? [] })) },
    firstDate: findings.dates.sort()[0] ?? Temporal.Now.plainDateISO().toString(),
    unknown: namesOf(findings.unknown, locate),
    locate,
  }
}

/** A field that is missing has no line of its own: the line of what it is missing in. */
function lineOf(lines: Map<string, number>, path: string): number {
  const own = lines.get(path)
  if (own !== undefined || path === '') return own ?? 1
  return lineOf(lines, path.slice(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['), 0)))
}

/** The same unknown field of many items is named once, with the first place and the number of the others. */
function namesOf(paths: string[], locate: (path: string) => string): string[] {
  const groups = Map.groupBy(paths, (path) => path.replaceAll(/\[\d+\]/g, '[]'))
  return [...groups.values()].map(
    (group) => `${locate(group[0]!)} is unknown and ignored${group.length > 1 ? `, with ${group.length - 1} more like it` : ''}`,
  )
}
