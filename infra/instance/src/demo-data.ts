import { readFileSync } from 'node:fs'

interface DemoMeasure {
  id: string
  owner: string
  area: string
  inPlan?: boolean
  [field: string]: unknown
}

interface DemoPerson {
  participant: {
    id: string
    name: string
    personalNumber: string
    phone?: string
    languages?: string[]
    agencies: string[]
    capacity: unknown[]
    consents: unknown[]
  }
  measures: DemoMeasure[]
}

/** Fields of the measure contract; what else stands in a scenario file is not the plan's business. */
const measureFields = [
  'title',
  'place',
  'weekly',
  'from',
  'to',
  'hoursPerWeek',
  'purpose',
  'leadsTo',
  'language',
  'delivery',
  'programme',
  'requires',
  'countsAsLoad',
]

/** Calls one of the running services as the municipality's caseworker and answers with its JSON. */
export type CallAsCaseworker = (
  service: 'journey' | 'planning',
  path: string,
  body: unknown,
  idempotencyKey: string,
) => Promise<Record<string, unknown>>

/**
 * Enters the people of a scenario file with their agreed measures and consents through the public interface. Safe to repeat: every call
 * carries a key that makes a second one answer as the first.
 */
export async function enterDemoPeople(scenarioFile: string, call: CallAsCaseworker): Promise<Record<string, string>> {
  const { people } = JSON.parse(readFileSync(scenarioFile, 'utf8')) as { people: DemoPerson[] }
  const entered = await Promise.all(
    people.map(async ({ participant, measures }) => {
      const { id, name, personalNumber, phone, languages, agencies, capacity, consents } = participant
      const person = { name, personalNumber, phone, languages, agencies, capacity, consents: consents.map(consentOf) }
      const { participantId } = await call('journey', '/v1/participants', person, `demo-${id}`)
      for (const measure of measures.filter(({ inPlan }) => inPlan !== false)) {
        const body = { owner: measure.owner, measure: contractMeasure(measure), agreed: true }
        await call('planning', `/v1/participants/${participantId}/measures`, body, `demo-${measure.id}`)
      }
      return [id, String(participantId)] as const
    }),
  )
  return Object.fromEntries(entered)
}

function contractMeasure(measure: DemoMeasure): Record<string, unknown> {
  const known = measureFields.filter((field) => measure[field] !== undefined).map((field) => [field, measure[field]])
  return { ref: measure.id, version: '1', areas: [measure.area], ...Object.fromEntries(known) }
}

const consentOf = (consent: unknown) => {
  const { between, from, to, except } = consent as Record<string, unknown>
  return { between, from, to, except }
}
