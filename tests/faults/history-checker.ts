/** The nth report about a participant and the receipt it got. `ref` names its measure, which no other report is about. */
export interface Receipted {
  participantId: string
  nth: number
  ref: string
  receiptId: string
}

/** The event of a measure as somebody heard it: a subscriber's message, or a row of a timeline. */
export interface Heard {
  participantId: string
  ref: string
  eventId: string
  /** Which of the listener's connections brought it, one after the other. */
  connection: number
}

/** Someone who is told of everything about some participants. */
export interface Listener {
  name: string
  about: string[]
  /** In the order of arrival; of a page that is read, in the page's order. After a broken connection something may come again. */
  events: Heard[]
}

/** What was seen from outside while something was broken, and after. */
export interface History {
  /** In the order given, one at a time for each participant. */
  receipts: Receipted[]
  /** Receipts for messages that had one already. */
  repeated: Receipted[]
  /** Reports that were refused, in words. */
  refused: string[]
  listeners: Listener[]
  /** The measures in the plan at the end. */
  planned: { participantId: string; ref: string }[]
}

/**
 * What the guarantees forbid and the history shows; empty when all of them held. G1: every receipt is in the plan. G2: a repeated message
 * gets the same receipt. G3: every event arrives and has one effect. G4: in order for each participant.
 */
export function violationsOf(history: History): string[] {
  return [
    ...history.refused.map((words) => `G1: a report was refused: ${words}`),
    ...planViolations(history),
    ...repetitionViolations(history),
    ...history.listeners.flatMap((listener) => listenerViolations(listener, history)),
  ]
}

function planViolations({ receipts, planned }: History): string[] {
  const times = countOf(planned.map(({ ref }) => ref))
  return receipts
    .filter(({ ref }) => times.get(ref) !== 1)
    .map(({ ref }) => `G1: the measure of the receipted report ${ref} is in the plan ${times.get(ref) ?? 0} times`)
}

function repetitionViolations({ receipts, repeated }: History): string[] {
  const first = new Map(receipts.map(({ ref, receiptId }) => [ref, receiptId]))
  return repeated
    .filter(({ ref, receiptId }) => first.get(ref) !== receiptId)
    .map(({ ref, receiptId }) => `G2: ${ref} has the receipt ${first.get(ref)} and got ${receiptId} when sent again`)
}

function listenerViolations({ name, about, events }: Listener, { receipts }: History): string[] {
  const told = firstsOf(events)
  const times = countOf(told.map(({ ref }) => ref))
  const violations = receipts
    .filter(({ participantId, ref }) => about.includes(participantId) && times.get(ref) !== 1)
    .map(({ ref }) => `G3: ${name} has ${times.get(ref) ?? 0} events of the report ${ref}`)
  const perConnection = countOf(events.map(({ connection, eventId }) => `${connection} ${eventId}`))
  for (const [which, count] of perConnection)
    if (count > 1) violations.push(`G3: ${name} has an event ${count} times over one connection: ${which}`)
  const nths = new Map(receipts.map(({ ref, nth }) => [ref, nth]))
  const last = new Map<string, number>()
  for (const { participantId, ref } of told) {
    const nth = nths.get(ref)
    if (nth === undefined) {
      violations.push(`G3: ${name} has a report ${ref} without a receipt`)
      continue
    }
    if (nth < (last.get(participantId) ?? -1)) violations.push(`G4: ${name} has ${ref} after a later report about the same participant`)
    last.set(participantId, nth)
  }
  return violations
}

function firstsOf(heard: Heard[]): Heard[] {
  const known = new Set<string>()
  return heard.filter(({ eventId }) => !known.has(eventId) && known.add(eventId))
}

function countOf(words: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}
