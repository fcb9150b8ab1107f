import { Type } from 'typebox'
import { MeasureBody, WeeklySlot } from './measure.schemas.ts'

const Swedish = Type.Object({ sv: Type.String() })
const CapacityPeriod = Type.Object({ from: Type.String(), to: Type.Optional(Type.String()), hoursPerWeek: Type.Number() })
const Occurrence = Type.Object({ date: Type.String(), start: Type.String(), end: Type.String() })
const LoadedWeek = Type.Object({ week: Type.String(), hours: Type.Optional(Type.Number()), capacity: Type.Optional(Type.Number()) })

export const ParticipantParams = Type.Object({ id: Type.String() })
export const ConflictParams = Type.Object({ id: Type.String(), cid: Type.String() })
export const ProposalParams = Type.Object({ id: Type.String(), pid: Type.String() })

export const PlanAnswer = Type.Object({
  participantId: Type.String(),
  today: Type.String(),
  capacity: Type.Array(CapacityPeriod),
  measures: Type.Array(
    Type.Object({
      measureId: Type.Optional(Type.String()),
      ref: Type.Optional(Type.String()),
      owner: Type.Optional(Type.String()),
      version: Type.Optional(Type.String()),
      state: Type.Optional(Type.String()),
      masked: Type.Boolean(),
      title: Type.Optional(Type.String()),
      areas: Type.Optional(Type.Array(Type.String())),
      place: Type.Optional(Type.String()),
      weekly: Type.Array(WeeklySlot),
      from: Type.Optional(Type.String()),
      to: Type.Optional(Type.String()),
      hoursPerWeek: Type.Optional(Type.Number()),
      purpose: Type.Optional(Type.String()),
      leadsTo: Type.Optional(Type.String()),
      language: Type.Optional(Type.String()),
      delivery: Type.Optional(Type.String()),
      programme: Type.Optional(Type.String()),
      requires: Type.Optional(Type.Array(Type.String())),
      countsAsLoad: Type.Optional(Type.Boolean()),
      incomplete: Type.Optional(Type.Array(Type.String())),
      history: Type.Optional(
        Type.Array(
          Type.Object({
            version: Type.String(),
            weekly: Type.Array(WeeklySlot),
            from: Type.Optional(Type.String()),
            to: Type.Optional(Type.String()),
            hoursPerWeek: Type.Optional(Type.Number()),
            recordedAt: Type.String(),
          }),
        ),
      ),
    }),
  ),
})

export const ConflictAnswer = Type.Object({
  id: Type.String(),
  code: Type.String(),
  severity: Type.Optional(Type.String()),
  state: Type.String(),
  owner: Type.Optional(Type.Object({ agency: Type.String(), text: Swedish })),
  nextStep: Type.Optional(Swedish),
  measures: Type.Array(Type.String()),
  occurrences: Type.Optional(Type.Array(Occurrence)),
  weeks: Type.Optional(Type.Array(LoadedWeek)),
  explanation: Swedish,
  untilDecided: Type.Optional(
    Type.Object({
      text: Type.Optional(Type.String()),
      attend: Type.Optional(Type.String()),
      nothingToDo: Type.Optional(Type.Boolean()),
      by: Type.Optional(Type.String()),
      at: Type.Optional(Type.String()),
    }),
  ),
  detectedAt: Type.String(),
  closed: Type.Optional(Type.Object({ at: Type.String(), recheckEventId: Type.String() })),
  correlationId: Type.Optional(Type.String()),
  masked: Type.Boolean(),
})

export const ChangeBody = Type.Object(
  {
    measureId: Type.Optional(Type.String({ description: 'an existing measure; absent when `measure` is given' })),
    weekly: Type.Optional(Type.Array(WeeklySlot, { maxItems: 50 })),
    from: Type.Optional(Type.String({ description: 'first day of the new schedule' })),
    to: Type.Optional(Type.String()),
    openEnded: Type.Optional(Type.Boolean({ description: 'true: the last day is taken away' })),
    remove: Type.Optional(Type.Boolean()),
    measure: Type.Optional(MeasureBody),
  },
  { additionalProperties: false },
)

export const PreviewBody = Type.Object({ changes: Type.Array(ChangeBody, { minItems: 1, maxItems: 20 }) }, { additionalProperties: false })

const FindingAnswer = Type.Object({
  code: Type.String(),
  measures: Type.Array(Type.String()),
  occurrences: Type.Optional(Type.Array(Occurrence)),
  weeks: Type.Optional(Type.Array(LoadedWeek)),
  explanation: Swedish,
})

export const PreviewAnswer = Type.Object({
  caused: Type.Array(FindingAnswer),
  cured: Type.Array(Type.String()),
  remaining: Type.Array(FindingAnswer),
  hoursPerWeek: Type.Array(Type.Object({ week: Type.String(), hours: Type.Number(), capacity: Type.Optional(Type.Number()) })),
  sessionsLost: Type.Array(Type.Object({ measureId: Type.String(), sessions: Type.Integer() })),
})

export const ProposalBody = Type.Object(
  {
    conflictId: Type.String(),
    options: Type.Array(
      Type.Object(
        { label: Type.String({ minLength: 1, maxLength: 200 }), changes: Type.Array(ChangeBody, { minItems: 1, maxItems: 20 }) },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 5 },
    ),
    reason: Type.String({ maxLength: 1000 }),
  },
  { additionalProperties: false },
)

export const ProposalAnswer = Type.Object({
  id: Type.String(),
  conflictId: Type.String(),
  state: Type.String(),
  reason: Type.Optional(Type.String()),
  options: Type.Array(
    Type.Object({
      id: Type.String(),
      label: Type.Optional(Type.String()),
      changes: Type.Array(ChangeBody),
      accepters: Type.Array(Type.String(), { description: 'the agencies that must all accept it' }),
      preview: Type.Optional(PreviewAnswer),
    }),
  ),
  answers: Type.Array(
    Type.Object({
      by: Type.String(),
      answer: Type.String(),
      optionId: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String()),
      changes: Type.Optional(Type.Array(ChangeBody)),
      at: Type.String(),
    }),
  ),
  acceptedOptionId: Type.Optional(Type.String()),
  sentAt: Type.String(),
})

export const ResponseBody = Type.Object(
  {
    optionId: Type.Optional(Type.String()),
    answer: Type.Union(['ACCEPT', 'DECLINE', 'COUNTER', 'WORKS', 'ANOTHER_TIME', 'CANNOT'].map((word) => Type.Literal(word))),
    reason: Type.Optional(Type.String({ maxLength: 1000 })),
    changes: Type.Optional(Type.Array(ChangeBody, { minItems: 1, maxItems: 20 })),
  },
  { additionalProperties: false },
)

export const UntilDecidedBody = Type.Object(
  { text: Type.String({ minLength: 1, maxLength: 500 }), attend: Type.Optional(Type.String()), nothingToDo: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
)
export const NothingBody = Type.Object({}, { additionalProperties: false })
export const AcceptAsIsBody = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, { additionalProperties: false })

export const RegionAnswer = Type.Object({
  municipality: Type.String(),
  places: Type.Record(Type.String(), Type.String()),
  holidays: Type.Array(Type.String()),
})
