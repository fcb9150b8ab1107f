import {
  amount,
  anything,
  count,
  date,
  type FieldCheck,
  type Findings,
  flag,
  listOf,
  name,
  object,
  oneOf,
  recordOf,
  text,
  time,
  tupleOf,
  week,
} from './field-checks.ts'
import type { ExpectedRow, Participant, Person, ScenarioMeasure, WeeklyRow } from './scenario-file.ts'

const agency = oneOf('AME', 'AF', 'FK', 'EB', 'VUX', 'REGION', 'SOC', 'CIVIL')
const day = oneOf('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
const tell = (findings: Findings, path: string, message: string) => {
  findings.faults.push({ path, message })
}

const startBeforeEnd: FieldCheck = (value, path, findings) => {
  const { start, end } = value as WeeklyRow
  if (end <= start) tell(findings, `${path}.end`, `must be later than start (${start}), not ${end}`)
}

const fromBeforeTo: FieldCheck = (value, path, findings) => {
  const { from, to, until } = value as { from?: string; to?: string; until?: string }
  const last = to ?? until
  if (from !== undefined && last !== undefined && last < from) {
    tell(findings, `${path}.${to === undefined ? 'until' : 'to'}`, `must not be before from (${from}), not ${last}`)
  }
}

const weeklyRows: FieldCheck = (value, path, findings) => {
  const before = findings.faults.length
  listOf(object({ days: listOf(day), start: time, end: time }, {}, startBeforeEnd))(value, path, findings)
  if (findings.faults.length > before) return
  const slots = (value as WeeklyRow[]).flatMap((row, index) => row.days.map((each) => ({ ...row, day: each, index })))
  const overlapping = slots.find((slot, i) =>
    slots.some((other, j) => j < i && other.day === slot.day && other.start < slot.end && slot.start < other.end),
  )
  if (overlapping !== undefined)
    tell(findings, `${path}[${overlapping.index}]`, `overlaps another row of the same measure on ${overlapping.day}`)
}

const personalNumber: FieldCheck = (value, path, findings) => {
  const digits = typeof value === 'string' && /^\d{8}-?\d{4}$/.test(value) ? value.replace('-', '') : undefined
  if (digits === undefined) tell(findings, path, 'must be a personal number of 12 digits')
  else if (checksum(digits.slice(2)) % 10 !== 0) tell(findings, path, 'is no possible personal number: its last digit does not fit')
}

/** The check sum of Swedish personal numbers: every other digit doubled, digits of the products added. */
const checksum = (digits: string): number =>
  [...digits].reduce((sum, digit, index) => {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return sum + Math.floor(product / 10) + (product % 10)
  }, 0)

const consent = object({ between: tupleOf(agency, agency), from: date }, { to: date, withdrawn: date, except: listOf(text) }, fromBeforeTo)

const participant = object(
  { id: name, name, personalNumber, agencies: listOf(agency) },
  {
    gender: text,
    languages: listOf(text),
    swedish: text,
    reads: flag,
    eId: flag,
    eIdFrom: date,
    digitalLevel: text,
    channel: text,
    phone: text,
    capacity: listOf(object({ from: date, hoursPerWeek: amount }, { to: date }, fromBeforeTo)),
    availability: listOf(object({ days: listOf(day), start: time, end: time }, { from: date, to: date })),
    income: listOf(text),
    protectedIdentity: flag,
    consents: listOf(consent),
  },
)

const measureRule: FieldCheck = (value, path, findings) => {
  const measure = value as ScenarioMeasure
  fromBeforeTo(value, path, findings)
  if (measure.weekly === undefined && measure.hoursPerWeek === undefined)
    tell(findings, `${path}.weekly`, 'is missing (or hoursPerWeek for a self-paced measure)')
  if (measure.place === undefined && (measure.weekly ?? []).length > 0) tell(findings, `${path}.place`, 'is missing')
  if (measure.inPlan === false && measure.reportedOn === undefined)
    tell(findings, `${path}.reportedOn`, 'is missing: the measure is not in the plan')
}

const measure = object(
  { id: name, owner: agency, from: date },
  {
    title: text,
    area: text,
    place: text,
    weekly: weeklyRows,
    to: date,
    hoursPerWeek: amount,
    purpose: text,
    leadsTo: text,
    language: text,
    delivery: text,
    programme: text,
    requires: listOf(text),
    countsAsLoad: flag,
    inPlan: flag,
    reportedOn: date,
    visibility: text,
    group: anything,
    attendance: anything,
  },
  measureRule,
)

const move = object({ measure: name, weekly: weeklyRows }, { from: date, until: date }, fromBeforeTo)
const step = object({ at: date, event: text }, { move })

const neededOf: Record<string, (keyof ExpectedRow)[]> = {
  TIME_OVERLAP: ['measures', 'day', 'count', 'first', 'last'],
  TRAVEL_TIME: ['measures', 'day', 'count', 'first', 'last'],
  OVER_CAPACITY: ['week', 'hours', 'capacity'],
}

const expectedRule: FieldCheck = (value, path, findings) => {
  const row = value as ExpectedRow
  const needed = neededOf[row.code] ?? []
  for (const field of needed) if (row[field] === undefined) tell(findings, `${path}.${field}`, 'is missing')
}
const expectedRow = object(
  { code: name },
  { measures: listOf(name), day, count, first: date, last: date, week, hours: amount, capacity: amount },
  expectedRule,
)

const personRule: FieldCheck = (value, path, findings) => {
  const { measures, steps = [] } = value as Partial<Person> & { measures: ScenarioMeasure[] }
  const firstMove = steps
    .filter((each) => each.move !== undefined)
    .map((each) => each.at)
    .sort()[0]
  steps.forEach((each, index) => {
    const moved = measures.find(({ id }) => id === each.move?.measure)
    const at = `${path}.steps[${index}].move`
    if (each.move === undefined) return
    if (moved === undefined) tell(findings, `${at}.measure`, `names no measure of this person: "${each.move.measure}"`)
    else if (
      (each.move.until ?? moved.to ?? '9999') < (each.move.from ?? moved.from) &&
      (each.move.from === undefined || each.move.until === undefined)
    ) {
      tell(findings, at, 'would leave the measure with an end before its start')
    }
  })
  measures.forEach(({ inPlan, reportedOn }, index) => {
    if (inPlan === false && firstMove !== undefined && reportedOn !== undefined && reportedOn > firstMove) {
      tell(
        findings,
        `${path}.measures[${index}].reportedOn`,
        `is after this person's first move (${firstMove}); a report must come before it`,
      )
    }
  })
}

const person = object(
  { participant, measures: listOf(measure) },
  { steps: listOf(step), expected: object({ initial: listOf(expectedRow) }, { afterMoves: listOf(expectedRow) }) },
  personRule,
)

const region = object(
  {
    timeZone: oneOf('Europe/Stockholm'),
    holidays: listOf(date),
    places: recordOf(text),
    travelMinutes: listOf(tupleOf(name, name, amount)),
    defaultTravelMinutes: amount,
  },
  { municipality: text },
)

/** Ids that must differ within the file, with where they stand. */
const uniqueIds: FieldCheck = (value, path, findings) => {
  const seen = new Map<string, string>()
  const once = (kind: string, id: string, at: string) => {
    const first = seen.get(`${kind} ${id}`)
    if (first !== undefined) tell(findings, at, `"${id}" stands already at ${first}`)
    else seen.set(`${kind} ${id}`, at)
  }
  ;(value as { people: Person[] }).people.forEach((each: { participant: Participant; measures: ScenarioMeasure[] }, index) => {
    const at = `${path}people[${index}]`
    once('participant', each.participant.id, `${at}.participant.id`)
    once('number', each.participant.personalNumber.replace('-', ''), `${at}.participant.personalNumber`)
    each.measures.forEach(({ id }, nth) => {
      once('measure', id, `${at}.measures[${nth}].id`)
    })
  })
}

/** The format of a whole scenario file. */
export const scenarioFormat: FieldCheck = object({ region, people: listOf(person) }, {}, uniqueIds)
