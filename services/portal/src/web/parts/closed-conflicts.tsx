import type { Conflict, Me } from '../api/model.ts'
import type { ParticipantView } from '../use-participant.ts'
import { extentInWords, measuresInWords, problemName } from '../words/conflict-words.ts'
import { instantInWords } from '../words/dates.ts'
import { fill, wordFor } from '../words/fill.ts'
import { messages } from '../words/messages.ts'

/** Conflicts that have ended, each with what proves it. */
export const ClosedConflicts = ({ conflicts, view, me }: { conflicts: Conflict[]; view: ParticipantView; me: Me }) => (
  <details class="fold" data-testid="closed-conflicts">
    <summary>{fill(messages.person.closed, { count: conflicts.length })}</summary>
    <ul class="plain closed">
      {conflicts.map((conflict) => (
        <li key={conflict.id} data-testid={`closed-${conflict.code}`}>
          <h3>
            {problemName(conflict.code)}
            <span class="parties">{measuresInWords(conflict, view.plan.measures)}</span>
          </h3>
          <p>
            <span class="tag">
              {conflict.state === 'VERIFIED' && <span aria-hidden="true">✓ </span>}
              {wordFor(messages.conflictStates, conflict.state)}
            </span>
          </p>
          <p class="quiet">{extentInWords(conflict)}</p>
          {conflict.closed !== undefined && (
            <p>
              {fill(conflict.state === 'VERIFIED' ? messages.conflict.evidence : messages.conflict.ended, {
                at: instantInWords(conflict.closed.at, view.plan.today),
              })}
              <br />
              <span class="quiet id">{fill(messages.conflict.evidenceEvent, { id: conflict.closed.recheckEventId })}</span>
            </p>
          )}
          {conflict.correlationId !== undefined && (
            <p class="quiet id">
              {messages.conflict.correlation}:{' '}
              {me.role === 'auditor' ? (
                <a class="ds-link" href={`/traces/${conflict.correlationId}`}>
                  {conflict.correlationId}
                </a>
              ) : (
                conflict.correlationId
              )}
            </p>
          )}
        </li>
      ))}
    </ul>
  </details>
)
