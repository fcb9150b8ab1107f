import type { planning } from '@samresa/contracts'
import type { Agency } from '@samresa/kernel'
import type { ConflictState, Plan, PlanConflict, PlanProposal } from './plan.ts'
import type { Region } from './region.ts'
import { minutesFrom } from './schedule.ts'

/** What is explained: a conflict, or a finding that is none yet. */
export type Explained = Pick<PlanConflict, 'code' | 'parties' | 'finding'>

const dayNames: Readonly<Record<string, readonly [one: string, many: string]>> = {
  MO: ['måndag', 'måndagar'],
  TU: ['tisdag', 'tisdagar'],
  WE: ['onsdag', 'onsdagar'],
  TH: ['torsdag', 'torsdagar'],
  FR: ['fredag', 'fredagar'],
  SA: ['lördag', 'lördagar'],
  SU: ['söndag', 'söndagar'],
}
const monthNames = ['jan', 'feb', 'mars', 'apr', 'maj', 'juni', 'juli', 'aug', 'sep', 'okt', 'nov', 'dec']

/** Swedish, for a reader who may see every party whole; libs/visibility has the words for others. */
export function explain(conflict: Explained, plan: Plan, region: Region): string {
  const { occurrences = [], weeks = [] } = conflict.finding
  switch (conflict.code) {
    case 'TIME_OVERLAP':
      return sentence(occurrences.map((run) => runInWords(run, occurrences)))
    case 'TRAVEL_TIME': {
      const travel = travelMinutesOf(conflict, plan, region)
      return sentence(occurrences.map((run) => `${runInWords(run, occurrences)}: ${gapOf(run)} av ${travel} minuter för resan`))
    }
    case 'OVER_CAPACITY':
      return sentence(weeks.map((run) => `${weeksInWords(run)}: ${number(run.hours)} timmar, högst ${number(run.capacity)}`))
    case 'PLAN_DEVIATION':
      return deviationInWords(conflict, plan)
  }
}

/** Who resolves a conflict, in words. */
export const ownerInWords = (owner: Agency): string => (owner === 'AF' ? 'AF, med leverantören' : owner)

/** What is to happen next with a conflict, and who waits for whom: told by the proposals that the reader may see. */
export function nextStep(conflict: PlanConflict, seen: readonly PlanProposal[]): string {
  switch (conflict.state) {
    case 'DETECTED':
      return 'Bekräfta att du har sett krocken'
    case 'ACKNOWLEDGED':
      return conflict.untilDecided === undefined ? 'Bestäm vad deltagaren ska göra tills vidare' : 'Föreslå en lösning'
    case 'PROPOSED':
      return waitingInWords(awaitedAgencies(conflict, seen))
    case 'AGREED':
      return 'Ni är överens, men krocken finns kvar. Föreslå något mer'
    case 'DECIDED':
      return 'Beslutet ska föras in i planen'
    case 'ACCEPTED_AS_IS':
    case 'VERIFIED':
    case 'WITHDRAWN':
      return closedInWords[conflict.state]
  }
}

const closedInWords: Readonly<Record<Extract<ConflictState, 'ACCEPTED_AS_IS' | 'VERIFIED' | 'WITHDRAWN'>, string>> = {
  ACCEPTED_AS_IS: 'Inget mer att göra: godtagen som den är',
  VERIFIED: 'Inget mer att göra: löst, och kontrollerad mot planen',
  WITHDRAWN: 'Inget mer att göra: krocken finns inte längre',
}

const waitingInWords = (agencies: readonly string[]): string =>
  agencies.length === 0 ? 'Väntar på svar' : `Väntar på svar från ${agencies.join(' och ')}`

/** The agencies that an open proposal still needs an answer from. */
function awaitedAgencies({ conflictId }: PlanConflict, proposals: readonly PlanProposal[]): string[] {
  const open = proposals.filter((proposal) => proposal.conflictId === conflictId && proposal.state === 'OPEN')
  const asked = open.flatMap(({ options }) => options.flatMap(({ accepters }) => accepters))
  const answered = open.flatMap(({ answers }) => answers.map(({ by }) => by))
  const awaited = asked.filter((agency) => !answered.includes(agency))
  return [...new Set(awaited.length > 0 ? awaited : asked)].sort()
}

const sentence = (parts: readonly string[]): string => {
  const text = parts.join('; ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** "måndagar 17 gånger, 4 maj – 24 aug"; with the times where the same weekday is told of twice. */
function runInWords(run: planning.FindingRunJson, all: readonly planning.FindingRunJson[]): string {
  const { day = '', first = '', last = '', count = 0, start = '', end = '' } = run
  const [one, many] = dayNames[day] ?? [day, day]
  const times = all.filter((other) => other.day === day).length > 1 ? ` kl. ${start.replace(':', '.')}–${end.replace(':', '.')}` : ''
  return count === 1 ? `${one} ${date(first)}${times}` : `${many}${times} ${count} gånger, ${span(first, last)}`
}

/** The year stands only where the two dates do not share it. */
const span = (first: string, last: string): string =>
  first.slice(0, 4) === last.slice(0, 4)
    ? `${date(first)} – ${date(last)}`
    : `${date(first)} ${first.slice(0, 4)} – ${date(last)} ${last.slice(0, 4)}`

const date = (day: string): string => `${Number(day.slice(8, 10))} ${monthNames[Number(day.slice(5, 7)) - 1] ?? ''}`

function weeksInWords({ firstWeek = '', lastWeek = '' }: planning.LoadRunJson): string {
  const [[firstYear, first], [lastYear, last]] = [weekParts(firstWeek), weekParts(lastWeek)]
  if (firstWeek === lastWeek) return `vecka ${first}`
  return firstYear === lastYear ? `vecka ${first}–${last}` : `vecka ${first} ${firstYear} – vecka ${last} ${lastYear}`
}

const weekParts = (week: string): [year: string, number: number] => [week.slice(0, 4), Number(week.slice(6))]

const number = (value: number | string | undefined): string => String(value ?? 0).replace('.', ',')

const gapOf = ({ start = '', end = '' }: planning.FindingRunJson): number => minutesFrom(end) - minutesFrom(start)

function travelMinutesOf({ parties }: Explained, plan: Plan, region: Region): number {
  const [from, to] = parties.map(({ measureId }) => plan.measures.get(measureId ?? '')?.measure.place)
  return region.travelMinutes(from, to)
}

function deviationInWords({ parties }: Explained, plan: Plan): string {
  const [party] = parties
  const owner = party?.owner ?? ''
  return plan.measures.get(party?.measureId ?? '')?.agreedSchedule === undefined
    ? `${owner} har beslutat om en insats som inte finns i den överenskomna planen`
    : `${owner} har beslutat om andra tider än de som är överenskomna i planen`
}
