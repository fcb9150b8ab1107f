import type { Change, Finding, PlanMeasure, Preview } from '../api/model.ts'
import type { DraftFault } from '../plan/draft.ts'
import { type Verdict, verdictOf } from '../plan/verdict.ts'
import { type LoadRow, loadRowsOf } from '../plan/week-loads.ts'
import type { ParticipantView } from '../use-participant.ts'
import { usePreview } from '../use-preview.ts'
import { findingInWords, measuresInWords, problemName, titleOf, weekSpanInWords } from '../words/conflict-words.ts'
import { errorInWords } from '../words/error-words.ts'
import { fill, numberInWords } from '../words/fill.ts'
import { messages } from '../words/messages.ts'

interface PreviewPanelProps {
  title: string
  changes: Change[] | undefined
  fault: DraftFault | undefined
  checked: boolean
  view: ParticipantView
  conflictId: string
}

const FindingList = ({ title, findings, measures }: { title: string; findings: Finding[]; measures: PlanMeasure[] }) =>
  findings.length === 0 ? null : (
    <>
      <h6>{title}</h6>
      <ul>
        {findings.map((finding) => (
          <li key={finding.code + (finding.measures ?? []).join()}>{findingInWords(finding, measures)}</li>
        ))}
      </ul>
    </>
  )

const hoursInWords = ({ hours = 0, capacity }: LoadRow) =>
  capacity === undefined
    ? fill(messages.preview.hoursOnly, { hours: numberInWords(hours) })
    : fill(messages.preview.hours, { hours: numberInWords(hours), capacity: numberInWords(capacity) })

/** Hours a week against the limit: in figures, with a bar for the eye. */
function HoursTable({ weeks }: { weeks: Preview['hoursPerWeek'] }) {
  const rows = loadRowsOf(weeks)
  if (rows.length === 0) return null
  const most = Math.max(1, ...rows.flatMap((row) => [row.hours ?? 0, row.capacity ?? 0]))
  const fullest = rows.reduce((most, row) => ((row.hours ?? 0) > (most.hours ?? 0) ? row : most))
  return (
    <details class="fold" open={rows.some((row) => row.over)}>
      <summary>{fill(messages.preview.hoursAtMost, { hours: hoursInWords(fullest) })}</summary>
      <table class="hours-table">
        <caption class="visually-hidden">{messages.preview.hoursTitle}</caption>
        <tbody>
          {rows.map((row) => (
            <tr key={row.firstWeek}>
              <th scope="row">{weekSpanInWords(row.firstWeek, row.lastWeek)}</th>
              <td>
                {hoursInWords(row)}
                {row.over && <strong> {messages.preview.over}</strong>}
              </td>
              <td class="bar-cell" aria-hidden="true">
                <span
                  class="load"
                  data-over={row.over ? '' : undefined}
                  style={{ '--share': (row.hours ?? 0) / most, '--limit': (row.capacity ?? most) / most }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

const isGood = (verdict: Verdict) => verdict === 'clean' || verdict === 'open'

/** The effect in one line; of a deviation in words of its own, since it is no clash. */
function verdictInWords(verdict: Verdict, code: string | undefined): string {
  const words = messages.preview.verdicts[verdict]
  return typeof words === 'string' ? words : code === 'PLAN_DEVIATION' ? words.deviation : words.clash
}

function PreviewResult({ preview, view, conflictId }: { preview: Preview; view: ParticipantView; conflictId: string }) {
  const { measures } = view.plan
  const verdict = verdictOf(preview, conflictId)
  const good = isGood(verdict)
  const deviates = verdict === 'open' && preview.remaining.some((finding) => finding.code === 'PLAN_DEVIATION')
  const cured = view.conflicts.filter((conflict) => preview.cured.includes(conflict.id))
  const lost = preview.sessionsLost.filter((loss) => loss.sessions > 0)
  return (
    <>
      <p class="verdict" data-good={good ? '' : undefined}>
        <span aria-hidden="true">{good ? '✓ ' : '⚠ '}</span>
        {verdictInWords(verdict, view.conflicts.find((conflict) => conflict.id === conflictId)?.code)}
      </p>
      <FindingList title={messages.preview.causedTitle} findings={preview.caused} measures={measures} />
      {cured.length > 0 && (
        <>
          <h6>{messages.preview.curedTitle}</h6>
          <ul>
            {cured.map((conflict) => (
              <li key={conflict.id}>
                {problemName(conflict.code)}: {measuresInWords(conflict, measures)}
              </li>
            ))}
          </ul>
        </>
      )}
      <FindingList
        title={verdict === 'open' ? messages.preview.stillOpenTitle : messages.preview.remainingTitle}
        findings={preview.remaining}
        measures={measures}
      />
      {deviates && <p class="quiet">{messages.preview.deviationStays}</p>}
      <h6>{messages.preview.lostTitle}</h6>
      {lost.length === 0 ? (
        <p>{messages.preview.noneLost}</p>
      ) : (
        <ul>
          {lost.map((loss) => (
            <li key={loss.measureId}>
              {fill(messages.preview.lost, {
                title: titleOf(measures.find((measure) => measure.measureId === loss.measureId)),
                count: loss.sessions,
              })}
            </li>
          ))}
        </ul>
      )}
      <HoursTable weeks={preview.hoursPerWeek} />
    </>
  )
}

/** What an alternative would lead to, in words, before anything is sent. */
export function PreviewPanel({ title, changes, fault, checked, view, conflictId }: PreviewPanelProps) {
  const { preview, checking, error } = usePreview(view, changes)
  return (
    <section class="preview" aria-label={title} aria-live="polite" aria-busy={checking} data-testid="preview">
      <h5>{messages.preview.title}</h5>
      {changes === undefined && fault !== undefined && <p class={checked ? 'verdict' : 'quiet'}>{messages.composer.faults[fault.field]}</p>}
      {checking && <p class="quiet">{messages.preview.checking}</p>}
      {!checking && error !== undefined && <p>{fill(messages.preview.failed, { detail: errorInWords(error) })}</p>}
      {!checking && preview !== undefined && <PreviewResult preview={preview} view={view} conflictId={conflictId} />}
    </section>
  )
}
