import type { WeekLoad } from '../api/model.ts'

/** Weeks in a row with the same hours and limit. */
export interface LoadRow {
  firstWeek: string
  lastWeek: string
  weeks: number
  hours: number | undefined
  capacity: number | undefined
  over: boolean
}

/** Gathers weeks with the same hours and limit into rows, in the order given. */
export function loadRowsOf(weeks: WeekLoad[]): LoadRow[] {
  const rows: LoadRow[] = []
  for (const { week, firstWeek, lastWeek, hours, capacity, count } of weeks) {
    const first = firstWeek ?? week
    if (first === undefined) continue
    const row = rows.at(-1)
    if (row !== undefined && row.hours === hours && row.capacity === capacity) {
      row.lastWeek = lastWeek ?? first
      row.weeks += count ?? 1
    } else {
      const over = hours !== undefined && capacity !== undefined && hours > capacity
      rows.push({ firstWeek: first, lastWeek: lastWeek ?? first, weeks: count ?? 1, hours, capacity, over })
    }
  }
  return rows
}
