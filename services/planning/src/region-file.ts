import { readFileSync } from 'node:fs'
import type { RegionFacts } from './domain/region.ts'

/** A region file that cannot be used: `message` names the field and what it takes. */
export class RegionFault extends Error {
  override name = 'RegionFault'
}

const isDate = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
const isMinutes = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0

/** Reads the `region` object of a scenario file. */
export function readRegion(file: string): RegionFacts {
  const region = parse(file)
  const fail = (field: string, takes: string): never => {
    throw new RegionFault(`${file}: region.${field} takes ${takes}`)
  }
  const { municipality = '', timeZone, holidays, places, travelMinutes, defaultTravelMinutes } = region
  if (typeof municipality !== 'string') fail('municipality', 'a name')
  if (timeZone !== 'Europe/Stockholm') fail('timeZone', '"Europe/Stockholm": schedules are read in Swedish local time')
  if (!Array.isArray(holidays)) return fail('holidays', 'a list of dates')
  for (const [index, day] of holidays.entries()) if (!isDate(day)) fail(`holidays[${index}]`, 'a date like 2026-05-01')
  if (typeof places !== 'object' || places === null || Array.isArray(places)) return fail('places', 'names by place code')
  for (const [code, name] of Object.entries(places)) if (typeof name !== 'string') fail(`places.${code}`, 'a name')
  if (!Array.isArray(travelMinutes)) return fail('travelMinutes', 'a list of [place, place, minutes]')
  for (const [index, row] of travelMinutes.entries()) if (!isTravelRow(row)) fail(`travelMinutes[${index}]`, '[place, place, minutes]')
  if (!isMinutes(defaultTravelMinutes)) fail('defaultTravelMinutes', 'a number of minutes from 0')
  return { ...region, municipality } as unknown as RegionFacts
}

const isTravelRow = (row: unknown): boolean =>
  Array.isArray(row) && row.length === 3 && typeof row[0] === 'string' && typeof row[1] === 'string' && isMinutes(row[2])

function parse(file: string): Record<string, unknown> {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new RegionFault(`${file} cannot be read as JSON: ${(error as Error).message}`, { cause: error })
  }
  const region = (content as { region?: unknown } | null)?.region
  if (typeof region !== 'object' || region === null) throw new RegionFault(`${file}: region is missing; a scenario file holds it`)
  return region as Record<string, unknown>
}
