import type { BusinessClock } from '@samresa/kernel'
import { timeZone } from '@samresa/kernel'

/** A clock that stands still until it is moved. */
export interface TestClock extends BusinessClock {
  /** Moves on by e.g. `{ hours: 2 }` or `{ days: 1 }` of local time. */
  advance(duration: Temporal.DurationLike): void
  /** Stands at this local time from now on. */
  setTo(localTime: string): void
}

/** A business or machine clock for tests, standing at a local time of the municipality such as `2026-04-28T08:00`. */
export function aClock(localTime: string): TestClock {
  let at = Temporal.PlainDateTime.from(localTime).toZonedDateTime(timeZone)
  return {
    now: () => at.toInstant(),
    today: () => at.toPlainDate(),
    advance: (duration) => {
      at = at.add(duration)
    },
    setTo: (time) => {
      at = Temporal.PlainDateTime.from(time).toZonedDateTime(timeZone)
    },
  }
}
