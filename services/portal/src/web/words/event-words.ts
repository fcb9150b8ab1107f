import { messages } from './messages.ts'

/** An event type in words; a type that came later is just an event. */
export const eventInWords = (type: string | undefined): string =>
  (messages.eventTypes as Readonly<Record<string, string>>)[type?.slice(type.lastIndexOf('.') + 1) ?? ''] ?? messages.unknownEvent
