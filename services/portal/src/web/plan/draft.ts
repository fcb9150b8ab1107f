import type { Change, PlanMeasure, WeeklySlot } from '../api/model.ts'
import { weekdays } from './calendar.ts'

/** A change while it is being written: the schedule as the fields show it. */
export interface DraftChange {
  measureId: string
  rows: WeeklySlot[]
  from: string
  to: string
}

export interface DraftOption {
  key: number
  label: string
  changes: DraftChange[]
}

/** Why a draft cannot be tried or sent yet, and on which field it stands. */
export interface DraftFault {
  field: 'measure' | 'days' | 'times' | 'dates' | 'nothing-changed'
  row?: number
}

/** A draft that starts from how the measure stands today. */
export const draftFrom = (measure: PlanMeasure): DraftChange => ({
  measureId: measure.measureId ?? '',
  rows: (measure.weekly ?? []).map((row) => ({ ...row, days: [...row.days] })),
  from: measure.from ?? '',
  to: measure.to ?? '',
})

const dayOrder = (days: string[]) => weekdays.filter((day) => days.includes(day))
const canonical = (rows: WeeklySlot[]) => JSON.stringify(rows.map((row) => [dayOrder(row.days), row.start, row.end]))

/** What the draft changes, as the contract says it: only what differs; undefined while nothing does. */
export function changeFrom(draft: DraftChange, measure: PlanMeasure): Change | undefined {
  const rows = draft.rows.map((row) => ({ days: dayOrder(row.days), start: row.start, end: row.end }))
  const change: Change = { measureId: draft.measureId }
  if (canonical(rows) !== canonical(measure.weekly ?? [])) change.weekly = rows
  if (draft.from !== (measure.from ?? '')) change.from = draft.from
  if (draft.to !== (measure.to ?? '')) {
    if (draft.to === '') change.openEnded = true
    else change.to = draft.to
  }
  return Object.keys(change).length === 1 ? undefined : change
}

/** A draft with one more weekly row, at the hours of the last one; its days are still to be chosen. */
export const withRow = (draft: DraftChange): DraftChange => {
  const { start, end } = draft.rows.at(-1) ?? { start: '09:00', end: '12:00' }
  return { ...draft, rows: [...draft.rows, { days: [], start, end }] }
}

/** A draft without one of its weekly rows. */
export const withoutRow = (draft: DraftChange, index: number): DraftChange => ({
  ...draft,
  rows: draft.rows.filter((_, at) => at !== index),
})

/** The first fault of a draft change, in the order of its fields. */
export function faultOf(draft: DraftChange, measure: PlanMeasure | undefined): DraftFault | undefined {
  if (measure === undefined) return { field: 'measure' }
  const withoutDays = draft.rows.findIndex((row) => row.days.length === 0)
  if (withoutDays >= 0) return { field: 'days', row: withoutDays }
  const backwards = draft.rows.findIndex((row) => row.start === '' || row.end === '' || row.start >= row.end)
  if (backwards >= 0) return { field: 'times', row: backwards }
  if (draft.from === '' || (draft.to !== '' && draft.to < draft.from)) return { field: 'dates' }
  return changeFrom(draft, measure) === undefined ? { field: 'nothing-changed' } : undefined
}

/** The changes of an option when every one of them is ready to be tried, else undefined. */
export function changesOf(option: DraftOption, measures: PlanMeasure[]): Change[] | undefined {
  const changes: Change[] = []
  for (const draft of option.changes) {
    const measure = measures.find((candidate) => candidate.measureId === draft.measureId)
    if (measure === undefined || faultOf(draft, measure) !== undefined) return undefined
    const change = changeFrom(draft, measure)
    if (change === undefined) return undefined
    changes.push(change)
  }
  return changes.length === 0 ? undefined : changes
}

/** A, B, C … */
export const optionLetter = (index: number): string => String.fromCharCode(65 + index)
