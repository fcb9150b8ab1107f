import type { Me } from '../api/model.ts'
import { OwnProposals } from '../parts/own-proposal.tsx'
import { Failure, Loading, Offline } from '../parts/page-states.tsx'
import { Announcement, TimelineList } from '../parts/timeline-list.tsx'
import { dayNumber, mondayOf } from '../plan/calendar.ts'
import { isOpen } from '../plan/conflict-states.ts'
import { firstUndecided, ownMarkOf } from '../plan/own-mark.ts'
import { isClash } from '../plan/verdict.ts'
import { type WeekDay, weekLayout } from '../plan/week-layout.ts'
import { type ParticipantView, useParticipant } from '../use-participant.ts'
import { titleOf } from '../words/conflict-words.ts'
import { clock, weekdayAndDay } from '../words/dates.ts'
import { capitalised, fill } from '../words/fill.ts'
import { messages } from '../words/messages.ts'

const Activities = ({ day, view }: { day: WeekDay; view: ParticipantView }) => (
  <ul class="plain activities">
    {day.items.map((item) => {
      const { measure } = item
      const mark = ownMarkOf(measure.measureId, day.date, view.conflicts)
      return (
        <li key={`${measure.measureId ?? item.lane}${item.start}`} data-agency={measure.owner ?? 'masked'}>
          <strong class="activity-time">
            {clock(item.start)}–{clock(item.end)}
          </strong>
          <span>
            {titleOf(measure)}
            {measure.place !== undefined && <span class="quiet"> {view.region.places[measure.place] ?? measure.place}</span>}
          </span>
          {mark !== undefined && (
            <span class="own-mark" data-mark={mark}>
              {mark === 'go' && <span aria-hidden="true">✓ </span>}
              {messages.own.marks[mark]}
            </span>
          )}
        </li>
      )
    })}
  </ul>
)

const Days = ({ days, view }: { days: WeekDay[]; view: ParticipantView }) => (
  <>
    {days.map((day) => (
      <div key={day.date} class="own-day">
        <h3>{capitalised(weekdayAndDay(day.date))}</h3>
        {day.items.length === 0 ? (
          <p class="quiet">{day.holiday ? messages.week.holiday : messages.own.nothingThatDay}</p>
        ) : (
          <Activities day={day} view={view} />
        )}
      </div>
    ))}
  </>
)

/** What to do now: decided words first, else that somebody works on it and until when all is as usual. Each sentence once. */
function WhatToDo({ view }: { view: ParticipantView }) {
  const open = view.conflicts.filter(isOpen)
  if (open.length === 0) return null
  const decided = [...new Set(open.flatMap((conflict) => conflict.untilDecided?.text ?? []))]
  const clash = open.some(isClash)
  const first = firstUndecided(open, view.plan.today)
  return (
    <section class="own-now" aria-labelledby="own-now">
      <h2 class="ds-heading" data-size="xs" id="own-now">
        {decided.length > 0 ? messages.own.until : messages.own.working}
      </h2>
      {decided.length === 0 ? (
        <>
          <p>{clash ? messages.own.undecided : messages.own.planChecked}</p>
          {clash && (
            <p>
              {first !== undefined && first > view.plan.today
                ? fill(messages.own.undecidedUntil, { date: weekdayAndDay(first, view.plan.today) })
                : messages.own.undecidedNow}
            </p>
          )}
        </>
      ) : (
        decided.map((text) => <p key={text}>{text}</p>)
      )}
    </section>
  )
}

/** The participant's own page, made for a phone: now, today, this week, what others propose, what has happened. */
export function OwnPage({ participantId, me }: { participantId: string; me: Me }) {
  const { view, error, retry } = useParticipant(participantId, me.role)
  if (view === undefined) return error === undefined ? <Loading /> : <Failure error={error} retry={retry} />
  const today = dayNumber(view.plan.today)
  const { days } = weekLayout(mondayOf(today), view.plan, [], view.region.holidays)
  const now = days.find((day) => day.date === view.plan.today)
  const nextWeek = weekLayout(mondayOf(today) + 7, view.plan, [], view.region.holidays).days
  const rest = days.filter((day) => day.date > view.plan.today)
  const proposals = view.proposals.filter((proposal) => proposal.state === 'OPEN')
  return (
    <div class="own">
      <h1 class="ds-heading" data-size="md">
        {fill(messages.own.greeting, { name: view.participant.name.split(' ')[0] ?? '' })}
      </h1>
      <Announcement item={view.announced} />
      {error !== undefined && <Offline />}
      <WhatToDo view={view} />
      <section aria-labelledby="own-today" class="own-section">
        <h2 class="ds-heading" data-size="xs" id="own-today">
          {messages.own.today}, {weekdayAndDay(view.plan.today)}
        </h2>
        {now === undefined || now.items.length === 0 ? <p>{messages.own.nothingToday}</p> : <Activities day={now} view={view} />}
      </section>
      {proposals.length > 0 && <OwnProposals proposals={proposals} view={view} />}
      {rest.length > 0 && (
        <section aria-labelledby="own-week" class="own-section">
          <h2 class="ds-heading" data-size="xs" id="own-week">
            {messages.own.week}
          </h2>
          <Days days={rest} view={view} />
        </section>
      )}
      <section aria-labelledby="own-next-week" class="own-section">
        <h2 class="ds-heading" data-size="xs" id="own-next-week">
          {messages.own.nextWeek}
        </h2>
        <Days days={nextWeek.filter((day) => day.items.length > 0 || day.holiday)} view={view} />
        {nextWeek.every((day) => day.items.length === 0) && <p>{messages.own.nothingNextWeek}</p>}
      </section>
      <section aria-labelledby="own-timeline" class="own-section">
        <h2 class="ds-heading" data-size="xs" id="own-timeline">
          {messages.own.timeline}
        </h2>
        <TimelineList
          items={view.timeline}
          total={view.timelineTotal}
          onOlder={view.findOlder}
          today={view.plan.today}
          reader="participant"
        />
      </section>
      <p>
        <a class="ds-link far-link" href={`/access/${me.participantId ?? participantId}`}>
          {messages.own.access}
        </a>
      </p>
    </div>
  )
}
