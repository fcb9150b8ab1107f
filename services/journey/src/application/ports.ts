import type { EventRecord } from '@samresa/bus'

/** What the vault keeps about a person, and nobody else. `personalNumber` has twelve digits. */
export interface PersonalFacts {
  name: string
  personalNumber: string
  phone?: string
}

/** Personal facts, sealed under the participant's own key; erasing the key erases them. */
export interface Vault {
  /** The participant id that stands for a personal number; such a person may not be enrolled (yet). */
  findId(personalNumber: string): Promise<string | undefined>
  /** Makes the number stand for this id, unless it stands for another already; answers the id that counts. Durable. */
  claim(personalNumber: string, participantId: string): Promise<string>
  /** How often facts have been kept for the participant. */
  timesKept(participantId: string): Promise<number>
  /** The command that the kept facts came with. */
  keptFor(participantId: string): Promise<string | undefined>
  /**
   * Keeps the facts that came with a command, and that the caseworker has taken the person in at that time (RFC 3339). Durable. False when facts have been kept more
   * often than `kept` says: somebody else takes the same person in, and nothing is written.
   */
  keep(participantId: string, facts: PersonalFacts, taken: { by: string; at: string; commandId: string; kept: number }): Promise<boolean>
  /** The facts; undefined when there are none or their key is erased. */
  open(participantId: string): Promise<PersonalFacts | undefined>
  /** Ids of the people a caseworker has taken in, in that order; some of them may never have been enrolled. */
  takenInBy(caseworker: string): Promise<string[]>
}

/** One row of a participant's timeline: an event as stored, and when the row was written (machine clock, RFC 3339). */
export interface TimelineRow
  extends Pick<EventRecord, 'id' | 'type' | 'source' | 'subject' | 'time' | 'stream' | 'version' | 'correlationId' | 'at' | 'data'> {
  shownAt: string
}

/** The rows of the timeline, made anew from the events at any time. */
export interface TimelineRows {
  /** All rows of a participant, by (occurredAt, eventId). With a row, those of its stream before it are always there too. */
  ofParticipant(participantId: string): Promise<TimelineRow[]>
  underCorrelation(correlationId: string): Promise<TimelineRow[]>
}
