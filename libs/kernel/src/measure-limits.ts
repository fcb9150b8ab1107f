/**
 * How long a measure's texts and lists may be, in characters and items: enough for every decision seen, small enough for a message of
 * 64 KiB. One table for what is reported, entered and sent, so that what one service takes no other refuses.
 */
export const measureLimits = {
  texts: { ref: 100, title: 300, place: 40, purpose: 2000, leadsTo: 2000, language: 40, delivery: 40, programme: 100 },
  lists: { areas: { items: 10, length: 40 }, requires: { items: 20, length: 200 } },
  weeklyRows: 50,
  hoursPerWeek: 168,
  /** The largest number of a version: every reader of JSON holds it exactly. */
  version: 999_999_999_999_999,
} as const

/** A version as text: a whole number from 1 on, at most `measureLimits.version`. */
export const measureVersionPattern = '^[1-9][0-9]{0,14}$'
