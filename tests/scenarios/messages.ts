import type { Participant, ScenarioMeasure } from './scenario-file.ts'

/** A measure as the public interfaces take it; the version is a number here and a text in REST. */
export function measureMessage(measure: ScenarioMeasure) {
  return {
    ref: measure.id,
    title: measure.title ?? measure.id,
    areas: measure.area === undefined ? [] : [measure.area],
    ...(measure.place !== undefined && { place: measure.place }),
    weekly: measure.weekly ?? [],
    from: measure.from,
    ...(measure.to !== undefined && { to: measure.to }),
    ...(measure.hoursPerWeek !== undefined && { hoursPerWeek: measure.hoursPerWeek }),
    // The municipality must say why it enters a measure; a file need not.
    purpose: measure.purpose ?? 'Enligt planen',
    leadsTo: measure.leadsTo ?? 'Enligt planen',
    ...(measure.language !== undefined && { language: measure.language }),
    ...(measure.delivery !== undefined && { delivery: measure.delivery }),
    ...(measure.programme !== undefined && { programme: measure.programme }),
    ...(measure.requires !== undefined && { requires: measure.requires }),
    ...(measure.countsAsLoad !== undefined && { countsAsLoad: measure.countsAsLoad }),
  }
}

/** What the municipality enrols: the file's facts that the product keeps, with every agency that will have to do with the person. */
export function enrolment(participant: Participant, agencies: string[]) {
  const { name, personalNumber, phone, languages, capacity, consents, protectedIdentity } = participant
  return {
    name,
    personalNumber: personalNumber.replace('-', ''),
    ...(phone !== undefined && { phone }),
    ...(languages !== undefined && { languages }),
    agencies,
    capacity: capacity ?? [],
    consents: (consents ?? []).map(({ between, from, to, except }) => ({
      between,
      from,
      ...(to !== undefined && { to }),
      ...(except !== undefined && { except }),
    })),
    ...(protectedIdentity !== undefined && { protectedIdentity }),
  }
}

/** When the owner decided: eight in the morning of that day, local time. */
export const decidedAt = (date: string): string =>
  Temporal.PlainDate.from(date)
    .toZonedDateTime({ timeZone: 'Europe/Stockholm', plainTime: Temporal.PlainTime.from('08:00') })
    .toInstant()
    .toString()
