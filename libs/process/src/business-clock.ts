import type { Setting } from '@samresa/config'
import { type BusinessClock, businessClockFrom } from '@samresa/kernel'

/** The business clock of a demonstration or a test: where it stood at which of the machine's instants. All services get the same text. */
export const clockSetting = (): Setting<BusinessClock> => ({
  name: 'BUSINESS_CLOCK',
  meaning: 'Sets the clock for due dates and "today" to another day than the machine’s: BUSINESS@MACHINE, it runs on from there.',
  takes: 'two instants joined by @',
  example: '2026-04-28T06:00:00Z@2026-11-24T09:30:00Z',
  refusedInProduction: () => 'days of real people are those of the machine’s clock',
  parse: (text) => {
    try {
      const [business, machine, ...more] = text.split('@').map((instant) => Temporal.Instant.from(instant))
      return business === undefined || machine === undefined || more.length > 0 ? undefined : businessClockFrom(business, machine)
    } catch {
      return undefined
    }
  },
})
