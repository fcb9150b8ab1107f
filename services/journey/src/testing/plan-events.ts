import type { DomainEvent } from '@samresa/contracts'
import { idFrom } from '@samresa/kernel'

const weekly = [{ days: ['MO', 'WE'], start: '09:00', end: '12:00' }]

/** AF's report of Rusta och matcha 2, as planning records it. */
export const matchingRecorded = (occurredAt = '2026-04-29T07:00:00.000Z'): DomainEvent => ({
  type: 'samresa.planning.v1.AgencyMeasureRecorded',
  data: {
    measureId: idFrom('M2.4'),
    owner: 'AF',
    measure: {
      ref: 'M2.4',
      version: '1',
      title: 'Rusta och matcha 2',
      areas: ['job'],
      place: 'STO',
      weekly,
      from: '2026-05-04',
      to: '2026-11-03',
    },
    occurredAt,
  },
})

/** The municipality's work training. */
export const trainingAdded = (occurredAt = '2026-04-28T06:00:01.000Z'): DomainEvent => ({
  type: 'samresa.planning.v1.MeasureAdded',
  data: {
    measureId: idFrom('M2.1'),
    owner: 'AME',
    measure: { ref: 'M2.1', version: '1', title: 'Arbetsträning second hand', areas: ['job'], place: 'NOR', weekly, from: '2026-03-02' },
    agreed: true,
    occurredAt,
  },
})

/** The movement group: a health measure, whose areas are sealed too. */
export const groupAdded = (occurredAt = '2026-04-28T06:00:02.000Z'): DomainEvent => ({
  type: 'samresa.planning.v1.MeasureAdded',
  data: {
    measureId: idFrom('M2.3'),
    owner: 'AME',
    measure: { ref: 'M2.3', version: '1', title: 'Rörelsegrupp', areas: ['health'], place: 'AME', weekly, from: '2026-03-06' },
    agreed: true,
    occurredAt,
  },
})

/** The clash of the two. */
export const overlapDetected = (occurredAt = '2026-04-29T07:00:00.000Z'): DomainEvent => ({
  type: 'samresa.planning.v1.ConflictDetected',
  data: {
    conflictId: idFrom('conflict'),
    severity: 'high',
    owner: 'AF',
    parties: [
      { measureId: idFrom('M2.1'), owner: 'AME', areas: ['job'] },
      { measureId: idFrom('M2.4'), owner: 'AF', areas: ['job'] },
    ],
    finding: {
      code: 'TIME_OVERLAP',
      occurrences: [{ day: 'MO', start: '09:00', end: '12:00', first: '2026-05-04', last: '2026-08-24', count: 17 }],
    },
    occurredAt,
  },
})
