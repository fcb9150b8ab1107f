import { agencies, measureLimits, measureVersionPattern } from '@samresa/kernel'
import { type Static, Type } from 'typebox'

const day = Type.Union(
  ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'].map((code) => Type.Literal(code)),
  { description: 'MO … SU' },
)
const text = (maxLength: number) => Type.String({ maxLength })
const { texts, lists, weeklyRows } = measureLimits
/** Whether it is a date is for the rules to say. */
const dateText = text(40)

/** Agencies as they stand in bodies. */
export const Agency = Type.String({
  pattern: `^(${agencies.join('|')})$`,
  description: `One of ${agencies.join(', ')}`,
})

export const WeeklySlot = Type.Object(
  {
    days: Type.Array(day, { minItems: 1, maxItems: 7 }),
    start: Type.String({ description: 'HH:MM, local wall time' }),
    end: Type.String({ description: 'HH:MM, not part of the occurrence' }),
  },
  { additionalProperties: false },
)

/** An int64 as JSON carries it, as far as every reader of JSON holds it exactly. */
const Version = Type.Union([
  Type.String({ pattern: measureVersionPattern }),
  Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
])

export const MeasureBody = Type.Object(
  {
    ref: Type.String({ minLength: 1, maxLength: texts.ref }),
    version: Type.Optional(Version),
    title: Type.Optional(text(texts.title)),
    areas: Type.Optional(Type.Array(text(lists.areas.length), { maxItems: lists.areas.items })),
    place: Type.Optional(text(texts.place)),
    weekly: Type.Optional(Type.Array(WeeklySlot, { maxItems: weeklyRows })),
    from: Type.Optional(dateText),
    to: Type.Optional(dateText),
    hoursPerWeek: Type.Optional(Type.Number()),
    purpose: Type.Optional(text(texts.purpose)),
    leadsTo: Type.Optional(text(texts.leadsTo)),
    language: Type.Optional(text(texts.language)),
    delivery: Type.Optional(text(texts.delivery)),
    programme: Type.Optional(text(texts.programme)),
    requires: Type.Optional(Type.Array(text(lists.requires.length), { maxItems: lists.requires.items })),
    countsAsLoad: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type MeasureBody = Static<typeof MeasureBody>

export const MeasureIdParams = Type.Object({ id: Type.String(), mid: Type.String() })

export const AddMeasureBody = Type.Object(
  { owner: Agency, measure: MeasureBody, agreed: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
)
export const ChangeMeasureBody = Type.Object({ measure: MeasureBody }, { additionalProperties: false })
export const MeasureWritten = Type.Object({ measureId: Type.String(), version: Type.String() })

/** The example that the OpenAPI document shows. */
export const exampleMeasure = {
  ref: 'AME-2026-104',
  version: '1',
  title: 'Arbetsträning second hand',
  areas: ['job'],
  place: 'NOR',
  weekly: [{ days: ['MO', 'TU', 'WE', 'TH'], start: '08:00', end: '14:00' }],
  from: '2026-03-02',
  to: '2026-08-28',
  purpose: 'Vana vid arbete och referens',
  leadsTo: 'Nystartsjobb',
  language: 'sv',
  delivery: 'on-site',
}
