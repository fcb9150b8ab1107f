import type { PlanMeasure, Region } from '../api/model.ts'
import { titleOf } from '../words/conflict-words.ts'
import { instantInWords } from '../words/dates.ts'
import { fill } from '../words/fill.ts'
import { messages } from '../words/messages.ts'
import { scheduleInWords } from '../words/schedule-words.ts'
import { AgencyTag } from './agency-tag.tsx'

const earlierOf = (measure: PlanMeasure) => (measure.history ?? []).filter((earlier) => String(earlier.version) !== String(measure.version))

/** The measures of the plan with their goals and earlier times. */
export const MeasureList = ({ measures, region, today }: { measures: PlanMeasure[]; region: Region; today: string }) => (
  <details class="fold">
    <summary>{fill(messages.person.measures, { count: measures.length })}</summary>
    <ul class="plain measures">
      {measures.map((measure, index) => (
        <li key={measure.measureId ?? index} data-agency={measure.owner ?? 'masked'}>
          <h3>
            {titleOf(measure)} <AgencyTag agency={measure.owner} />
          </h3>
          <p>{scheduleInWords(measure, today)}</p>
          {measure.place !== undefined && <p class="quiet">{region.places[measure.place] ?? measure.place}</p>}
          {measure.state !== undefined && (
            <p class="quiet">{measure.state === 'AGREED' ? messages.measures.agreed : messages.measures.reported}</p>
          )}
          {measure.purpose !== undefined && measure.purpose !== '' && (
            <p class="quiet">{fill(messages.measures.goal, { goal: measure.purpose })}</p>
          )}
          {(measure.incomplete ?? []).length > 0 && <p class="quiet">{messages.measures.incomplete}</p>}
          {earlierOf(measure).length > 0 && (
            <details class="fold">
              <summary>{fill(messages.measures.history, { count: earlierOf(measure).length })}</summary>
              <ul class="plain">
                {earlierOf(measure).map((earlier) => (
                  <li key={earlier.version}>
                    {scheduleInWords(earlier, today)}
                    {earlier.recordedAt !== undefined && <span class="quiet"> ({instantInWords(earlier.recordedAt, today)})</span>}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </li>
      ))}
    </ul>
  </details>
)
