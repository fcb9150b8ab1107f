import { dayFrom, weekdayOf, weekOf } from './day.ts'

/** What the rules need to know of a municipality; the `region` object of a scenario file has this shape. */
export interface RegionFacts {
  municipality: string
  timeZone: string
  /** Dates on which nothing happens, `YYYY-MM-DD`. */
  holidays: readonly string[]
  /** Code → name. */
  places: Readonly<Record<string, string>>
  /** Symmetric: from, to, minutes. */
  travelMinutes: ReadonlyArray<readonly [string, string, number]>
  /** For pairs not listed, and for places not known. */
  defaultTravelMinutes: number
}

/** A municipality made ready for the rules. */
export interface Region {
  facts: RegionFacts
  /** Day numbers of the holidays per weekday (Monday is 0), ascending. */
  holidaysOn: ReadonlyArray<readonly number[]>
  isHoliday(day: number): boolean
  /** Weeks (`weekOf`) with a holiday in them. */
  holidayWeeks: readonly number[]
  /** Minutes between two place codes; none at the same place, or when either is online. */
  travelMinutes(from: string | undefined, to: string | undefined): number
}

/** The place code that is nowhere: no travel to it. */
const online = 'ONL'

/** Makes a region ready once; every decision then shares it. */
export function createRegion(facts: RegionFacts): Region {
  const holidays = [...new Set(facts.holidays.map(dayFrom))].filter((day) => day !== undefined).sort((a, b) => a - b)
  const isHoliday = new Set(holidays)
  const holidaysOn = Array.from({ length: 7 }, (_, weekday) => holidays.filter((day) => weekdayOf(day) === weekday))
  const minutes = new Map(
    facts.travelMinutes.flatMap(([a, b, duration]): [string, number][] => [
      [`${a} ${b}`, duration],
      [`${b} ${a}`, duration],
    ]),
  )
  return {
    facts,
    holidaysOn,
    holidayWeeks: [...new Set(holidays.map(weekOf))],
    isHoliday: (day) => isHoliday.has(day),
    travelMinutes(from, to) {
      if (from === online || to === online) return 0
      if (from === undefined || to === undefined) return facts.defaultTravelMinutes
      return from === to ? 0 : (minutes.get(`${from} ${to}`) ?? facts.defaultTravelMinutes)
    },
  }
}
