/**
 * How long a measure's texts and lists may be, in characters and items: enough for every decision seen, small enough for a message of
 * 64 KiB. One table for what is reported, entered and sent, so that what one service takes no other refuses.
 */
export const measureLimits = {
  texts: { ref: 100, title: 300, place: 40, purpose: 2000, leadsTo: 2000, language: 40, delivery: 40, programme: 100 },
  lists: { areas: { items: 10, length: 40 }, requires: { items: 20, length: 200 } },
  weeklyRows: 50,
  hoursPerWeek: 168,
  /** The largest number of a version: what int64 holds. As text it is exact; as a JSON number only up to 2^53 - 1. */
  version: 9_223_372_036_854_775_807n,
} as const

/** The form of a version as text; `measureVersionFrom` also holds it against the largest. */
export const measureVersionPattern = '^[1-9][0-9]{0,18}$'

const versionForm = new RegExp(measureVersionPattern)

/** A version told as text: a whole number from 1 to `measureLimits.version`; undefined when it is none. */
export function measureVersionFrom(text: string | undefined): bigint | undefined {
  if (text === undefined || !versionForm.test(text)) return undefined
  const version = BigInt(text)
  return version <= measureLimits.version ? version : undefined
}
