import type { Conflict, Plan, PlanMeasure, Region } from '../api/model.ts'
import { dayNumber, isoWeek, minutesOf, mondayOf, weekdayIndex } from '../plan/calendar.ts'
import { type Week, type WeekDay, type WeekItem, weekLayout } from '../plan/week-layout.ts'
import { titleOf } from '../words/conflict-words.ts'
import { clock, shortWeekdayAndDay, weekInWords } from '../words/dates.ts'
import { capitalised, fill, numberInWords, wordFor } from '../words/fill.ts'
import { messages } from '../words/messages.ts'
import { AgencyTag } from './agency-tag.tsx'

interface PlanWeekProps {
  plan: Plan
  conflicts: Conflict[]
  region: Region
  /** A day number: any day of the week shown. */
  day: number
  onDay(day: number): void
}

// What stands in brackets after a place's name is for lists, not for a narrow grid.
const placeName = ({ place }: PlanMeasure, region: Region) =>
  place === undefined ? undefined : (region.places[place] ?? place).replace(/ \(.*\)$/, '')

function Occurrence({ item, week, region }: { item: WeekItem; week: Week; region: Region }) {
  const span = (week.lastHour - week.firstHour) * 60
  const style = {
    '--top': (minutesOf(item.start) - week.firstHour * 60) / span,
    '--height': (minutesOf(item.end) - minutesOf(item.start)) / span,
    '--lane': item.lane,
    '--lanes': item.lanes,
  }
  const { measure } = item
  return (
    <li
      class="occurrence"
      data-agency={measure.owner ?? 'masked'}
      data-clash={item.clashes.length > 0 ? '' : undefined}
      data-narrow={item.lanes > 1 ? '' : undefined}
      style={style}
    >
      {item.clashes.length > 0 && (
        <span class="clash">
          <span aria-hidden="true">⚠ </span>
          {wordFor(messages.conflictShort, item.clashes[0] ?? '')}
        </span>
      )}
      <span class="occurrence-time">
        {clock(item.start)}–{clock(item.end)}
      </span>
      <span class="occurrence-title">{titleOf(measure)}</span>
      <span class="occurrence-where">
        <AgencyTag agency={measure.owner} /> <span class="place">{placeName(measure, region)}</span>
      </span>
    </li>
  )
}

const Day = ({ day, week, region, today }: { day: WeekDay; week: Week; region: Region; today: string }) => (
  <li class="day" data-today={day.date === today ? '' : undefined} data-empty={day.items.length === 0 ? '' : undefined}>
    <h4>
      {capitalised(shortWeekdayAndDay(day.date))}
      {day.date === today && <span class="today-mark"> {messages.own.today}</span>}
    </h4>
    {day.items.length === 0 ? (
      <p class={day.holiday ? 'quiet' : 'quiet nothing'}>{day.holiday ? messages.week.holiday : messages.week.nothing}</p>
    ) : (
      <ul>
        {day.items.map((item) => (
          <Occurrence key={`${item.measure.measureId ?? item.lane}${item.start}`} item={item} week={week} region={region} />
        ))}
      </ul>
    )}
  </li>
)

/** Days with things side by side get more room, an empty weekend day less. */
function columnOf({ date, items }: WeekDay): string {
  const lanes = Math.max(1, ...items.map((item) => item.lanes))
  const share = items.length === 0 && weekdayIndex(dayNumber(date)) > 4 ? 0.65 : 1 + (lanes - 1) * 0.85
  return `minmax(0, ${share}fr)`
}

/** One week of the plan: a grid from Monday to Sunday on wide screens, a list of days on narrow ones. */
export function PlanWeek({ plan, conflicts, region, day, onDay }: PlanWeekProps) {
  const monday = mondayOf(day)
  const week = weekLayout(monday, plan, conflicts, region.holidays)
  const thisMonday = mondayOf(dayNumber(plan.today))
  const hours = Array.from({ length: week.lastHour - week.firstHour }, (_, index) => week.firstHour + index)
  return (
    <section aria-labelledby="week-heading" class="week-section">
      <h2 class="ds-heading" data-size="xs" id="week-heading">
        {messages.person.week}
      </h2>
      <div class="week-bar">
        <h3 class="week-name" aria-live="polite">
          {weekInWords(monday)}
        </h3>
        <div class="week-buttons">
          <button
            type="button"
            class="ds-button"
            data-variant="secondary"
            onClick={() => onDay(monday - 7)}
            aria-label={messages.week.previous}
          >
            <span aria-hidden="true">←</span>
          </button>
          <button
            type="button"
            class="ds-button"
            data-variant="secondary"
            onClick={() => onDay(thisMonday)}
            disabled={monday === thisMonday}
          >
            {messages.week.thisWeek}
          </button>
          <button
            type="button"
            class="ds-button"
            data-variant="secondary"
            onClick={() => onDay(monday + 7)}
            aria-label={messages.week.next}
          >
            <span aria-hidden="true">→</span>
          </button>
        </div>
      </div>
      {plan.measures.length === 0 && <p class="quiet">{messages.week.emptyPlan}</p>}
      <div
        class="week"
        style={{ '--hours': hours.length, '--day-columns': week.days.map(columnOf).join(' ') }}
        data-week={isoWeek(monday).week}
      >
        <div class="hours" aria-hidden="true">
          {hours.map((hour) => (
            <span key={hour}>{String(hour).padStart(2, '0')}</span>
          ))}
        </div>
        <ol class="days" aria-label={messages.week.region}>
          {week.days.map((each) => (
            <Day key={each.date} day={each} week={week} region={region} today={plan.today} />
          ))}
        </ol>
      </div>
      {week.selfPaced.length > 0 && (
        <p>
          {messages.week.selfPaced}:{' '}
          {week.selfPaced
            .map((measure) =>
              fill(messages.week.hoursPerWeek, { title: titleOf(measure), hours: numberInWords(measure.hoursPerWeek ?? 0) }),
            )
            .join('; ')}
        </p>
      )}
    </section>
  )
}
