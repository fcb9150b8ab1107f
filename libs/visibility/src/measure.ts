import { tellsHealth } from '@samresa/contracts'
import type { Actor } from '@samresa/kernel'
import type { AccessFacts } from './facts.ts'
import { hidesPlace, viewOfParty } from './party.ts'

/** One row of a week, local wall time. */
export interface WeeklySlot {
  days?: string[]
  start?: string
  end?: string
}

/** A measure with everything at one level, as plans are answered. */
export interface MeasureView {
  measureId?: string
  owner?: string
  areas?: readonly string[]
  place?: string
  weekly?: WeeklySlot[]
  from?: string
  to?: string
}

/** That time is taken, and nothing else. */
export interface MaskedMeasure {
  weekly: WeeklySlot[]
  from?: string
  to?: string
  masked: true
}

/** Weekly rows, first and last day: all that a masked measure tells. */
export const scheduleOf = (measure: MeasureView): Omit<MaskedMeasure, 'masked'> => ({
  weekly: (measure.weekly ?? []).map(({ days, start, end }) => ({
    ...(days === undefined ? {} : { days }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
  })),
  ...(measure.from === undefined ? {} : { from: measure.from }),
  ...(measure.to === undefined ? {} : { to: measure.to }),
})

/** A copy without the texts, and for health without what tells about it. */
export function withoutMeasureTexts<M extends object>(measure: M, owner?: string): M {
  const { title: _title, purpose: _purpose, leadsTo: _leadsTo, ...rest } = measure as MeasureView & { [text: string]: unknown }
  if (!tellsHealth(owner, rest.areas)) return rest as unknown as M
  const { areas: _areas, place: _place, requires: _requires, ...bare } = rest
  return bare as unknown as M
}

export function withoutPlace<M extends object>(measure: M): M {
  const { place: _place, ...rest } = measure as M & { place?: unknown }
  return rest as M
}

/** The measure as the actor may see it; undefined when the actor may not know of it. */
export function measureFor<M extends MeasureView>(
  actor: Actor,
  facts: AccessFacts,
  measure: M,
  today: string,
): (M & { masked: false }) | MaskedMeasure | undefined {
  const view = viewOfParty(actor, facts, measure, today)
  if (view === 'hidden') return undefined
  if (view === 'masked') return { ...scheduleOf(measure), masked: true }
  const open = view === 'sealed' ? withoutMeasureTexts(measure, measure.owner) : measure
  return { ...(hidesPlace(actor, facts) ? withoutPlace(open) : open), masked: false }
}
