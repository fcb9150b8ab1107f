import type { gateway } from '@samresa/contracts'
import { type Agency, measureIdFrom } from '@samresa/kernel'
import type { PlanCommand, PlanContext } from './commands.ts'
import { weekdays } from './day.ts'
import { type Plan, type PlanEvent, planDecider } from './plan.ts'
import { createRegion, type RegionFacts } from './region.ts'

/** Builders for tests: a small municipality, measures in words, and plans from commands. */
export const participantId = 'yonas'

export const smallRegion: RegionFacts = {
  municipality: 'Granlunda kommun',
  timeZone: 'Europe/Stockholm',
  holidays: ['2026-05-14', '2026-06-19', '2026-12-25', '2027-01-01'],
  places: { AME: 'Kompetenstorget', LAR: 'Lärcentrum', NOR: 'Norrbyn', STO: 'Storhamn', ONL: 'På nätet' },
  travelMinutes: [
    ['AME', 'LAR', 10],
    ['AME', 'STO', 50],
    ['NOR', 'STO', 75],
  ],
  defaultTravelMinutes: 30,
}

export const context: PlanContext = {
  participantId,
  region: createRegion(smallRegion),
  now: '2026-04-28T06:00:00.000Z',
  today: '2026-04-28',
}

/** Rows like "MO-FR 08:30-11:45" or "MO,WE 17:00-20:00". */
export function weeklyFrom(...rows: string[]): gateway.WeeklySlotJson[] {
  return rows.map((row) => {
    const [days = '', times = ''] = row.split(' ')
    const [start = '', end = ''] = times.split('-')
    return { days: daysFrom(days), start, end }
  })
}

function daysFrom(words: string): string[] {
  const [first = '', last] = words.split('-')
  if (last === undefined) return words.split(',')
  return weekdays.slice(weekdays.indexOf(first as 'MO'), weekdays.indexOf(last as 'MO') + 1)
}

/** A complete measure of 2026-05-04 to 2026-08-28, at the labour-market unit unless told otherwise. */
export const aMeasure = (ref: string, week: string | string[], more: gateway.MeasureJson = {}): gateway.MeasureJson => ({
  ref,
  title: `Insats ${ref}`,
  areas: ['job'],
  place: 'AME',
  weekly: weeklyFrom(...[week].flat()),
  from: '2026-05-04',
  to: '2026-08-28',
  purpose: 'Vana vid arbete',
  leadsTo: 'Anställning',
  ...more,
})

export const idOf = (owner: Agency, ref: string): string => measureIdFrom(participantId, owner, ref)

type Words = PlanCommand extends infer Command ? (Command extends unknown ? Omit<Command, 'context'> : never) : never

export const entered = (owner: Agency, measure: gateway.MeasureJson, agreed = true): Words => ({
  type: 'AddMeasure',
  measureId: idOf(owner, measure.ref ?? ''),
  owner,
  measure,
  agreed,
})

export const reported = (owner: Agency, measure: gateway.MeasureJson, version = '1'): Words => ({
  type: 'RecordAgencyMeasure',
  measureId: idOf(owner, measure.ref ?? ''),
  owner,
  measure: { ...measure, version },
  receiptId: 'receipt-1',
  channel: 'CHANNEL_GRPC',
  decidedAt: '2026-04-28T05:00:00.000Z',
})

export const opened = (hoursPerWeek = 40): Words => ({ type: 'OpenPlan', capacity: [{ from: '2026-01-01', hoursPerWeek }] })

const decide = (plan: Plan, words: Words, at: PlanContext) => planDecider.decide({ ...words, context: at } as PlanCommand, plan)

/** The plan after commands that must not be refused. */
export const given = (...commands: Words[]): Plan => commands.reduce((plan, words) => when(plan, words).plan, planDecider.initial)

/** What a command that must not be refused comes to. */
export function when(plan: Plan, words: Words, at: PlanContext = context): { events: PlanEvent[]; plan: Plan; types: string[] } {
  const decision = decide(plan, words, at)
  if ('rejection' in decision) throw new Error(`refused: ${JSON.stringify(decision.rejection)}`)
  const types = decision.events.map(({ type }) => type.slice(type.lastIndexOf('.') + 1))
  return { events: decision.events, plan: decision.events.reduce(planDecider.evolve, plan), types }
}

/** Why a command is refused; undefined when it is not. */
export function refusal(plan: Plan, words: Words): { code: string; pointers: string[] } | undefined {
  const decision = decide(plan, words, context)
  if (!('rejection' in decision)) return undefined
  return { code: decision.rejection.code, pointers: (decision.rejection.fields ?? []).map(({ pointer }) => pointer) }
}

/** The only conflict of a code in a plan. */
export function conflictOf(plan: Plan, code: string) {
  const found = [...plan.conflicts.values()].filter((conflict) => conflict.code === code)
  if (found.length !== 1) throw new Error(`${found.length} conflicts of ${code}`)
  return found[0]!
}
