import { gateway as contract } from '@samresa/contracts'
import type { LoadPerson } from '../product/load-people.ts'

/** A report on its way, and whether it clashes with the person's plan. */
export interface LoadReport {
  person: LoadPerson
  clashes: boolean
  request: ReturnType<typeof requestFrom>
}

const firstMonday = Temporal.PlainDate.from('2026-05-04')
const weeks = 80

/**
 * Makes reports one after another, the people in turn: each a new measure of one occasion on a day of its own. One in three lies on
 * Tuesday morning, when the plan is taken; the others on Saturday, when nothing is.
 */
export function createReports(people: LoadPerson[], prefix: string): () => LoadReport {
  let made = 0
  return () => {
    const nth = made++
    const person = people[nth % people.length]!
    const clashes = (nth + Math.floor(nth / people.length)) % 3 === 0
    const k = person.reports++
    return { person, clashes, request: requestFrom(person, `${prefix}-${nth}`, { clashes, k }) }
  }
}

function requestFrom(person: LoadPerson, ref: string, { clashes, k }: { clashes: boolean; k: number }) {
  const day = firstMonday.add({ weeks: k % weeks, days: clashes ? 1 : 5 }).toString()
  const half = Math.floor(k / weeks)
  const [start, end] = clashes ? slot(8 + (Math.floor(half / 2) % 2), half % 2) : slot(12 + (Math.floor(half / 2) % 10), half % 2)
  return {
    messageId: ref,
    person: { case: 'personalNumber' as const, value: person.personalNumber },
    measure: {
      ref,
      version: 1n,
      title: 'Samtal om arbete',
      areas: ['job'],
      place: 'AME',
      weekly: [{ days: [clashes ? 'TU' : 'SA'], start, end }],
      from: day,
      to: day,
      language: 'sv',
      delivery: 'on-site',
      purpose: 'Hitta arbete med stöd',
      leadsTo: 'Arbete',
    },
    decidedAt: '2026-04-28T07:00:00Z',
    channel: contract.Channel.GRPC,
  }
}

const slot = (hour: number, half: number): [string, string] => {
  const of = (h: number, minutes: string) => `${String(h).padStart(2, '0')}:${minutes}`
  return half === 0 ? [of(hour, '00'), of(hour, '30')] : [of(hour, '30'), of(hour + 1, '00')]
}
