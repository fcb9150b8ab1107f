import type { TimelineItem } from '../api/model.ts'
import { fill, listInWords, wordFor } from './fill.ts'
import { messages } from './messages.ts'

const shortName = (type: string | undefined) => type?.slice(type.lastIndexOf('.') + 1) ?? ''

/** An event type in words; a type that came later is just an event. */
export const eventInWords = (type: string | undefined): string =>
  (messages.eventTypes as Readonly<Record<string, string>>)[shortName(type)] ?? messages.unknownEvent

const textAt = (data: unknown, ...path: string[]): string | undefined => {
  const found = path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], data)
  return typeof found === 'string' && found !== '' ? found : undefined
}

function agenciesAt(data: unknown): string | undefined {
  const between = (data as { between?: unknown } | undefined)?.between
  if (!Array.isArray(between) || between.length === 0) return undefined
  return listInWords(
    between.map((agency) => wordFor(messages.agencies, String(agency))),
    messages.and,
  )
}

/** The same event as the participant is told it: what it means for them. Undefined when there are no words of that kind. */
export function ownEventInWords({ type, data }: Pick<TimelineItem, 'type' | 'data'>): string | undefined {
  const words = (messages.ownEvents as Readonly<Record<string, string>>)[shortName(type)]
  if (words === undefined) return undefined
  return fill(words, {
    title: textAt(data, 'measure', 'title') ?? messages.own.anActivity,
    agency: wordFor(messages.agencies, textAt(data, 'owner') ?? textAt(data, 'by') ?? 'AME'),
    text: textAt(data, 'text') ?? '',
    between: agenciesAt(data) ?? messages.own.twoAgencies,
  })
}
