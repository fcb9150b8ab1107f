import type { Product } from './instance.ts'
import { sideBySide } from './side-by-side.ts'

/** Someone of the load, with how many reports about them have been made. */
export interface LoadPerson {
  participantId: string
  personalNumber: string
  reports: number
}

const peopleAtOnce = 16
const days = ['MO', 'TU', 'WE', 'TH', 'FR']

/** The nth of many personal numbers that could exist: born in the 1980s, the last digit fits. */
export function personalNumberOf(nth: number): string {
  const born = Temporal.PlainDate.from('1980-01-01').add({ days: Math.floor(nth / 500) })
  const digits = `${born.toString().replaceAll('-', '')}${String((nth % 500) + 100).padStart(3, '0')}`
  const sum = [...digits.slice(2)].reduce((total, digit, index) => {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + Math.floor(product / 10) + (product % 10)
  }, 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

/** Five mornings at the municipality for some years. */
const measures = days.map((day) => ({
  ref: `AME-${day}`,
  version: '1',
  title: 'Arbetsträning',
  areas: ['job'],
  place: 'AME',
  weekly: [{ days: [day], start: '08:00', end: '10:00' }],
  from: '2026-01-12',
  to: '2028-12-15',
  purpose: 'Vana vid arbete',
  leadsTo: 'Arbete',
}))

/** Enrols so many people with five measures each, over REST as anna; `first`: how many the product has from here already. */
export async function enrolPeople(product: Product, howMany: number, first = 0): Promise<LoadPerson[]> {
  const anna = product.rest('anna')
  const people = Array.from({ length: howMany }, (_, nth) => ({
    participantId: '',
    personalNumber: personalNumberOf(first + nth),
    reports: 0,
  }))
  await sideBySide(people, peopleAtOnce, async (person) => {
    const { participantId } = await anna.post<{ participantId: string }>('journey', '/v1/participants', {
      name: 'Last Person',
      personalNumber: person.personalNumber,
      agencies: ['AME', 'AF'],
      capacity: [{ from: '2026-01-01', hoursPerWeek: 40 }],
      consents: [{ between: ['AME', 'AF'], from: '2026-01-01' }],
    })
    person.participantId = participantId
    for (const measure of measures)
      await anna.post('planning', `/v1/participants/${participantId}/measures`, { owner: 'AME', measure, agreed: true })
  })
  return people
}
