import { useRef, useState } from 'preact/hooks'
import type { Me } from '../api/model.ts'
import { AgencyTag } from '../parts/agency-tag.tsx'
import { ClosedConflicts } from '../parts/closed-conflicts.tsx'
import { ConflictCard } from '../parts/conflict-card.tsx'
import { MeasureList } from '../parts/measure-list.tsx'
import { Failure, Loading, Offline } from '../parts/page-states.tsx'
import { PlanWeek } from '../parts/plan-week.tsx'
import { ProposalCard } from '../parts/proposal-card.tsx'
import { Announcement, TimelineList } from '../parts/timeline-list.tsx'
import { dayNumber } from '../plan/calendar.ts'
import { bySeverity, isOpen } from '../plan/conflict-states.ts'
import { type ParticipantView, useParticipant } from '../use-participant.ts'
import { weekdayAndDay } from '../words/dates.ts'
import { fill, listInWords, numberInWords, wordFor } from '../words/fill.ts'
import { messages } from '../words/messages.ts'

function PersonHead({ view }: { view: ParticipantView }) {
  const { participant, plan } = view
  const capacity = (plan.capacity ?? []).find((period) => period.from <= plan.today && (period.to === undefined || plan.today <= period.to))
  const facts = [
    listInWords(
      (participant.languages ?? []).map((language) => wordFor(messages.languages, language)),
      messages.and,
    ),
    capacity === undefined ? '' : fill(messages.person.capacity, { hours: numberInWords(capacity.hoursPerWeek) }),
    fill(messages.person.today, { date: weekdayAndDay(plan.today) }),
  ].filter((fact) => fact !== '')
  return (
    <div class="person-head">
      <h1 class="ds-heading" data-size="md">
        {participant.name}
      </h1>
      <p class="agencies">
        {participant.agencies.map((agency) => (
          <AgencyTag key={agency} agency={agency} />
        ))}
      </p>
      <p class="quiet">{facts.join(' · ')}</p>
      <p class="live" data-live={view.live}>
        <span aria-hidden="true" class="live-dot" />
        {view.live === 'open' ? messages.person.liveOpen : messages.person.liveWaiting}
      </p>
    </div>
  )
}

/** The busy page: what has to be solved first, then the week, the proposals and what has happened. */
export function PersonPage({ participantId, me }: { participantId: string; me: Me }) {
  const { view, error, retry } = useParticipant(participantId, me.role)
  const [day, setDay] = useState<number>()
  const week = useRef<HTMLDivElement>(null)
  if (view === undefined) return error === undefined ? <Loading /> : <Failure error={error} retry={retry} />
  const open = view.conflicts.filter(isOpen).sort(bySeverity)
  const closed = view.conflicts.filter((conflict) => !isOpen(conflict))
  const current = view.proposals.filter((proposal) => proposal.state === 'OPEN')
  const earlier = view.proposals.filter((proposal) => proposal.state !== 'OPEN')
  const showDate = (date: string) => {
    setDay(dayNumber(date))
    week.current?.scrollIntoView({ block: 'start' })
    week.current?.focus({ preventScroll: true })
  }
  return (
    <div class="person">
      <PersonHead view={view} />
      <Announcement item={view.announced} />
      {error !== undefined && <Offline />}
      <div class="columns">
        <div class="main-column">
          <section aria-labelledby="conflicts-heading">
            <h2 class="ds-heading" data-size="xs" id="conflicts-heading">
              {messages.person.conflicts}
              {open.length > 0 && <span class="count">{open.length}</span>}
            </h2>
            {open.length === 0 && (
              <p class="all-well">
                <span aria-hidden="true">✓ </span>
                {messages.person.noConflicts}
              </p>
            )}
            {open.map((conflict) => (
              <ConflictCard key={conflict.id} conflict={conflict} view={view} me={me} onShowDate={showDate} />
            ))}
            {closed.length > 0 && <ClosedConflicts conflicts={closed} view={view} me={me} />}
          </section>
          {view.proposals.length > 0 && (
            <section aria-labelledby="proposals-heading">
              <h2 class="ds-heading" data-size="xs" id="proposals-heading">
                {messages.person.proposals}
              </h2>
              {current.map((proposal) => (
                <ProposalCard key={proposal.id} proposal={proposal} view={view} me={me} />
              ))}
              {earlier.length > 0 && (
                <details class="fold" open={current.length === 0}>
                  <summary>{fill(messages.proposal.earlier, { count: earlier.length })}</summary>
                  {earlier.map((proposal) => (
                    <ProposalCard key={proposal.id} proposal={proposal} view={view} me={me} />
                  ))}
                </details>
              )}
            </section>
          )}
          <div ref={week} tabIndex={-1}>
            <PlanWeek
              plan={view.plan}
              conflicts={view.conflicts}
              region={view.region}
              day={day ?? dayNumber(view.plan.today)}
              onDay={setDay}
            />
          </div>
          {view.plan.measures.length > 0 && <MeasureList measures={view.plan.measures} region={view.region} today={view.plan.today} />}
        </div>
        <section class="side-column" aria-labelledby="timeline-heading">
          <h2 class="ds-heading" data-size="xs" id="timeline-heading">
            {messages.person.timeline}
          </h2>
          <TimelineList
            items={view.timeline}
            total={view.timelineTotal}
            onOlder={view.findOlder}
            today={view.plan.today}
            reader={me.role === 'auditor' ? 'auditor' : 'staff'}
          />
        </section>
      </div>
    </div>
  )
}
