import { machineClock, timestamp, timeZone } from '@samresa/kernel'
import type { DataFolder } from './data-folder.ts'

const file = 'clock.json'

/** The day before AF's report about Yonas. */
export const demoToday = '2026-04-28'

interface ClockFile {
  business: string
  machine: string
}

/** How a business clock was set: at which of the machine's instants it stood where. It runs on from there. */
export interface ClockSetting {
  business: Temporal.Instant
  machine: Temporal.Instant
}

/**
 * How the instance's business clock is set. `--today` sets it to 08:00 that day; without it an earlier setting of this folder runs on, so that a
 * restart does not turn time back; else the demonstration's day, or the machine's time.
 */
export function businessClockSetting(folder: DataFolder, today: string | undefined, demo: boolean): ClockSetting {
  const machine = machineClock.now()
  const kept = folder.read<ClockFile>(file)
  if (today === undefined && kept !== undefined) {
    return { business: Temporal.Instant.from(kept.business), machine: Temporal.Instant.from(kept.machine) }
  }
  const start = today ?? (demo ? demoToday : undefined)
  const business = start === undefined ? machine : morningOf(start)
  folder.write(file, { business: timestamp(business), machine: timestamp(machine) } satisfies ClockFile)
  return { business, machine }
}

const morningOf = (date: string): Temporal.Instant =>
  Temporal.PlainDate.from(date)
    .toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from('08:00') })
    .toInstant()
