/** Local wall time and dates of the municipality. */
export const timeZone = 'Europe/Stockholm'

/** The machine's clock: commits, tokens, leases. */
export interface MachineClock {
  now(): Temporal.Instant
}

/** The business clock: due dates, consent validity, "today" on pages. It may stand at another day than the machine's, and runs on. */
export interface BusinessClock {
  now(): Temporal.Instant
  today(): Temporal.PlainDate
}

export const machineClock: MachineClock = { now: () => Temporal.Now.instant() }

/** A business clock that stands at `instant` when the machine's clock stands at `machineInstant`, and runs on with it. */
export function businessClockFrom(
  instant: Temporal.Instant,
  machineInstant: Temporal.Instant,
  machine: MachineClock = machineClock,
): BusinessClock {
  const offsetNanoseconds = instant.epochNanoseconds - machineInstant.epochNanoseconds
  const now = () => Temporal.Instant.fromEpochNanoseconds(machine.now().epochNanoseconds + offsetNanoseconds)
  let day: { date: Temporal.PlainDate; from: bigint; before: bigint } | undefined
  // Asked for with every delivery: the calendar is consulted once a day.
  const today = () => {
    const instant = now()
    if (day === undefined || instant.epochNanoseconds < day.from || instant.epochNanoseconds >= day.before) {
      const midnight = instant.toZonedDateTimeISO(timeZone).startOfDay()
      day = { date: midnight.toPlainDate(), from: midnight.epochNanoseconds, before: midnight.add({ days: 1 }).epochNanoseconds }
    }
    return day.date
  }
  return { now, today }
}

/** RFC 3339 in UTC with milliseconds, the one form in which instants are stored and answered. */
export const timestamp = (instant: Temporal.Instant): string => new Date(instant.epochMilliseconds).toISOString()
