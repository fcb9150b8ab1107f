import type { Product } from '../product/instance.ts'
import { RestRefusal } from '../product/rest-client.ts'
import { sideBySide } from '../product/side-by-side.ts'
import { waitUntil } from '../product/wait-until.ts'
import { type AnsweredConflict, type FoundConflict, foundConflictsFrom } from './findings.ts'
import { enrolment, measureMessage } from './messages.ts'
import { type Reporting, ReportRefusal, type SendReport, sendReportBy } from './reporting.ts'
import { afterMove, type Person, type ScenarioMeasure } from './scenario-file.ts'
import { type Happening, timetableOf } from './timetable.ts'

export interface PlayedPerson {
  participant: string
  conflicts: FoundConflict[]
  /** Only for a person with a move. */
  afterMoves?: FoundConflict[]
}

/** Something in the file could not be played; `path` is where it stands. `refused`: the product found a fault in it. */
export class PlayFault extends Error {
  override name = 'PlayFault'
  readonly path: string
  readonly refused: boolean
  constructor(path: string, refused: boolean, cause: unknown) {
    super((cause as Error).message, { cause })
    this.path = path
    this.refused = refused
  }
}

/** What is known of a person while the file is played. */
interface PersonInPlay {
  person: Person
  path: string
  participantId: string
  consentIds: string[]
  /** By the file's id: the measure as its owner has it now. */
  measures: Map<string, { measure: ScenarioMeasure; measureId: string; version: number; inPlan: boolean }>
  before?: FoundConflict[]
}

interface PlannedVersion {
  measureId: string
  version: string
}

const peopleAtOnce = 16
const settleWithinMs = 60_000
const reportingAgencies = ['AF', 'FK', 'EB']

/** Plays the people through the public interfaces as the right actors and answers with what was found. `progress` hears what is going on. */
export async function playPeople(
  product: Product,
  people: Person[],
  reporting: Reporting,
  progress: (stage: string, done: number, all: number) => void,
): Promise<PlayedPerson[]> {
  const send = sendReportBy(product, reporting)
  const inPlay: PersonInPlay[] = people.map((person, index) => ({
    person,
    path: `people[${index}]`,
    participantId: '',
    consentIds: [],
    measures: new Map(),
  }))
  const told = countingProgress(progress)
  const entering = told('entered', inPlay.length)
  await sideBySide(inPlay, peopleAtOnce, async (each) => {
    await enterPlan(product, each)
    entering()
  })
  const days = timetableOf(people)
  const happening = told(
    'reports and moves played',
    days.flat().reduce((sum, { happenings }) => sum + happenings.length, 0),
  )
  for (const day of days) {
    await sideBySide(day, peopleAtOnce, async ({ person, happenings }) => {
      for (const one of happenings) {
        await at(one.path, () => play(product, send, inPlay[person]!, one))
        happening()
      }
    })
  }
  const reading = told('read', inPlay.length)
  await sideBySide(inPlay, peopleAtOnce, async (each) => {
    await at(each.path, () => settle(product, each))
    reading()
  })
  const played: PlayedPerson[] = []
  for (const each of inPlay) played.push(await at(each.path, () => resultOf(product, each)))
  return played
}

const countingProgress = (progress: (stage: string, done: number, all: number) => void) => (stage: string, all: number) => {
  let done = 0
  return () => {
    done += 1
    progress(stage, done, all)
  }
}

/** Runs the work; what goes wrong in it is told with its place in the file. */
async function at<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof PlayFault) throw error
    throw new PlayFault(path, isRefusal(error), error)
  }
}

/** What the product says is wrong with what the file holds, whichever way it was told; anything else is trouble with the run. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ReportRefusal || (error instanceof RestRefusal && (error.status === 400 || error.status === 409))

const ownerActs = (owner: string, inPlan: boolean) => reportingAgencies.includes(owner) || !inPlan

async function enterPlan(product: Product, each: PersonInPlay): Promise<void> {
  const { participant, measures } = each.person
  const anna = product.rest('anna')
  // Whoever owns a measure and answers for it is one of the participant's agencies, also where the file does not list it.
  const owners = measures.map(({ owner }) => owner).filter((owner) => reportingAgencies.includes(owner))
  const agencies = [...new Set(['AME', ...participant.agencies, ...owners])]
  const enrolled = await at(`${each.path}.participant`, () =>
    anna.post<{ participantId: string; consents: { consentId: string }[] }>(
      'journey',
      '/v1/participants',
      enrolment(participant, agencies),
    ),
  )
  each.participantId = enrolled.participantId
  each.consentIds = enrolled.consents.map(({ consentId }) => consentId)
  for (const [index, measure] of measures.entries()) {
    if (measure.inPlan === false) continue
    const body = { owner: measure.owner, measure: { ...measureMessage(measure), version: '1' }, agreed: true }
    const added = await at(`${each.path}.measures[${index}]`, () =>
      anna.post<{ measureId: string }>('planning', `/v1/participants/${each.participantId}/measures`, body),
    )
    each.measures.set(measure.id, { measure, measureId: added.measureId, version: 1, inPlan: true })
  }
}

async function play(product: Product, send: SendReport, each: PersonInPlay, happening: Happening): Promise<void> {
  if (happening.kind === 'withdrawal') {
    await product
      .rest('anna')
      .call('DELETE', 'journey', `/v1/participants/${each.participantId}/consents?consentId=${each.consentIds[happening.consent]}`)
    return
  }
  if (happening.kind === 'report') {
    await report(send, each, happening.measure, 1, happening.date)
    return
  }
  if (each.before === undefined) {
    await settle(product, each)
    each.before = await readFindings(product, each)
  }
  const known = each.measures.get(happening.move.measure)
  if (known === undefined) throw new Error(`${happening.move.measure} is not known yet`)
  const moved = afterMove(known.measure, happening.move)
  if (ownerActs(moved.owner, known.inPlan)) await report(send, each, moved, known.version + 1, happening.date)
  else await edit(product, each, moved)
}

async function report(send: SendReport, each: PersonInPlay, measure: ScenarioMeasure, version: number, date: string): Promise<void> {
  const person = { personalNumber: each.person.participant.personalNumber.replace('-', '') }
  const measureId = await send({ ...person, owner: measure.owner, measure: measureMessage(measure), version, date })
  const inPlan = each.measures.get(measure.id)?.inPlan ?? false
  each.measures.set(measure.id, { measure, measureId, version, inPlan })
}

/** The municipality changes a measure that it entered. Reports on the way change the plan too, so they are waited for first. */
async function edit(product: Product, each: PersonInPlay, moved: ScenarioMeasure): Promise<void> {
  await settle(product, each)
  const known = each.measures.get(moved.id)!
  const anna = product.rest('anna')
  const plan = await anna.call('GET', 'planning', `/v1/participants/${each.participantId}/plan`)
  const path = `/v1/participants/${each.participantId}/measures/${known.measureId}`
  const version = known.version + 1
  const answer = await anna.call('PUT', 'planning', path, {
    body: { measure: { ...measureMessage(moved), version: String(version) } },
    headers: { 'if-match': plan.headers.get('etag') ?? undefined },
  })
  if (answer.status !== 200) throw new RestRefusal('PUT', path, answer)
  each.measures.set(moved.id, { ...known, measure: moved, version })
}

/** Waits until the plan holds every version that was reported or entered. */
async function settle(product: Product, each: PersonInPlay): Promise<void> {
  const expected = [...each.measures.values()]
  await waitUntil(
    `the plan of ${each.person.participant.id} holds everything reported`,
    async () => {
      const plan = await product
        .rest('scenario')
        .get<{ measures: PlannedVersion[] }>('planning', `/v1/participants/${each.participantId}/plan`)
      const held = new Map(plan.measures.map(({ measureId, version }) => [measureId, Number(version)]))
      return expected.every(({ measureId, version }) => (held.get(measureId) ?? 0) >= version)
    },
    settleWithinMs,
  )
}

async function readFindings(product: Product, each: PersonInPlay): Promise<FoundConflict[]> {
  const fileIds = new Map([...each.measures].map(([fileId, { measureId }]) => [measureId, fileId]))
  const answered = await product.rest('scenario').all<AnsweredConflict>('planning', `/v1/participants/${each.participantId}/conflicts`)
  return foundConflictsFrom(answered, (measureId) => fileIds.get(measureId) ?? measureId)
}

async function resultOf(product: Product, each: PersonInPlay): Promise<PlayedPerson> {
  const last = await readFindings(product, each)
  const participant = each.person.participant.id
  return each.before === undefined ? { participant, conflicts: last } : { participant, conflicts: each.before, afterMoves: last }
}
