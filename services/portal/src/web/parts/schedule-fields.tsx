import { useEffect, useId, useRef } from 'preact/hooks'
import type { WeeklySlot } from '../api/model.ts'
import { weekdays } from '../plan/calendar.ts'
import { type DraftChange, withoutRow, withRow } from '../plan/draft.ts'
import { capitalised, fill } from '../words/fill.ts'
import { messages } from '../words/messages.ts'
import { scheduleInWords } from '../words/schedule-words.ts'

interface ScheduleFieldsProps {
  change: DraftChange
  today: string
  onChange(change: DraftChange): void
}

const DayBoxes = ({ row, onDays }: { row: WeeklySlot; onDays(days: string[]): void }) => (
  <fieldset class="days-field">
    <legend>{messages.composer.days}</legend>
    <div class="day-boxes">
      {weekdays.map((day, index) => (
        <label key={day} class="day-box">
          <input
            type="checkbox"
            checked={row.days.includes(day)}
            aria-label={capitalised(messages.weekdays[index] ?? day)}
            onChange={(event) => onDays(event.currentTarget.checked ? [...row.days, day] : row.days.filter((each) => each !== day))}
          />
          <span aria-hidden="true">{capitalised(messages.weekdaysShort[index] ?? day)}</span>
        </label>
      ))}
    </div>
  </fieldset>
)

/** Days, times and dates of one change. */
export function ScheduleFields({ change, today, onChange }: ScheduleFieldsProps) {
  const id = useId()
  const replaceRow = (index: number, row: WeeklySlot) =>
    onChange({ ...change, rows: change.rows.map((each, at) => (at === index ? row : each)) })
  const rows = useRef<HTMLDivElement>(null)
  const added = useRef(false)
  useEffect(() => {
    if (added.current) [...(rows.current?.querySelectorAll('.row') ?? [])].at(-1)?.querySelector('input')?.focus()
    added.current = false
  }, [change.rows.length])
  const removeRow = (index: number) => {
    onChange(withoutRow(change, index))
    // The button that had the focus is gone: go on at the times that are left.
    rows.current?.querySelector<HTMLInputElement>('input')?.focus()
  }
  const field = (
    key: string,
    label: string,
    type: 'time' | 'date',
    value: string,
    onValue: (value: string) => void,
    { min, hint }: { min?: string; hint?: string } = {},
  ) => (
    <div class="ds-field">
      <label class="ds-label" for={`${id}-${key}`}>
        {label}
      </label>
      <input
        class="ds-input"
        id={`${id}-${key}`}
        type={type}
        value={value}
        {...(min === undefined || min === '' ? {} : { min })}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-${key}-hint` })}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {hint !== undefined && (
        <p class="hint" id={`${id}-${key}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
  return (
    <div class="rows" ref={rows}>
      {change.rows.map((row, index) => (
        <div class="row" key={index}>
          <DayBoxes row={row} onDays={(days) => replaceRow(index, { ...row, days })} />
          <div class="pair">
            {field(`start-${index}`, messages.composer.start, 'time', row.start, (start) => replaceRow(index, { ...row, start }))}
            {field(`end-${index}`, messages.composer.end, 'time', row.end, (end) => replaceRow(index, { ...row, end }))}
          </div>
          {change.rows.length > 1 && (
            <button type="button" class="ds-button" data-variant="tertiary" onClick={() => removeRow(index)}>
              {row.days.length === 0
                ? messages.composer.removeEmptyRow
                : fill(messages.composer.removeRow, { schedule: scheduleInWords({ weekly: [row] }) })}
            </button>
          )}
        </div>
      ))}
      <button
        type="button"
        class="ds-button"
        data-variant="tertiary"
        onClick={() => {
          added.current = true
          onChange(withRow(change))
        }}
      >
        {messages.composer.addRow}
      </button>
      <div class="pair">
        {field('from', messages.composer.from, 'date', change.from, (from) => onChange({ ...change, from }))}
        {field('to', messages.composer.to, 'date', change.to, (to) => onChange({ ...change, to }), {
          min: change.from,
          hint: messages.composer.toHint,
        })}
      </div>
      <p class="hint">
        {fill(messages.composer.becomes, { schedule: scheduleInWords({ weekly: change.rows, from: change.from, to: change.to }, today) })}
      </p>
    </div>
  )
}
