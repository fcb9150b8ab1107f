import { type Static, Type } from 'typebox'

const day = Type.Union(
  ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'].map((code) => Type.Literal(code)),
  { description: 'MO … SU' },
)
const text = (maxLength: number) => Type.String({ maxLength })

/** Agencies as they stand in bodies. */
export const Agency = Type.String({
  pattern: '^(AME|AF|FK|EB|VUX|REGION|SOC|CIVIL)$',
  description: 'AME, AF, FK, EB, VUX, REGION, SOC or CIVIL',
})

export const WeeklySlot = Type.Object(
  {
    days: Type.Array(day, { minItems: 1, maxItems: 7 }),
    start: Type.String({ description: 'HH:MM, local wall time' }),
    end: Type.String({ description: 'HH:MM, not part of the occurrence' }),
  },
  { additionalProperties: false },
)

/** An int64 as JSON carries it. */
const Version = Type.Union([Type.String({ pattern: '^[0-9]{1,18}$' }), Type.Integer({ minimum: 0 })])

export const MeasureBody = Type.Object(
  {
    ref: Type.String({ minLength: 1, maxLength: 100 }),
    version: Type.Optional(Version),
    title: Type.Optional(text(200)),
    areas: Type.Optional(Type.Array(text(40), { maxItems: 8 })),
    place: Type.Optional(text(40)),
    weekly: Type.Optional(Type.Array(WeeklySlot, { maxItems: 50 })),
    from: Type.Optional(text(40)),
    to: Type.Optional(text(40)),
    hoursPerWeek: Type.Optional(Type.Number()),
    purpose: Type.Optional(text(500)),
    leadsTo: Type.Optional(text(500)),
    language: Type.Optional(text(40)),
    delivery: Type.Optional(text(40)),
    programme: Type.Optional(text(100)),
    requires: Type.Optional(Type.Array(text(100), { maxItems: 20 })),
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
